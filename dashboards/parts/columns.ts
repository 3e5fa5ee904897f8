/**
 * Columns that many tables have, each leading to the dashboard of what it names.
 */
export const hostColumn = {
  label: 'host',
  title: 'Host',
  leadsTo: { uid: 'berth-host', choose: { host: 'host' } },
} as const;
export const cellColumn = { label: 'cell', title: 'Cell', width: 70 } as const;
const toVnf = { uid: 'berth-vnf', choose: { vnf: 'vnf_instance_id' } } as const;
export const vnfColumn = { label: 'name', title: 'VNF', leadsTo: toVnf } as const;
/** Pixels: as wide as the widest id. */
export const idWidth = 325;
/** Not shown: the links of other columns read it. */
export const vnfIdColumn = { label: 'vnf_instance_id', title: 'VNF id', hidden: true } as const;
export const shownVnfIdColumn = { label: 'vnf_instance_id', title: 'VNF id', leadsTo: toVnf, width: idWidth } as const;
export const vnfcColumn = { label: 'vnfc_id', title: 'VNFC id', width: idWidth } as const;
export const vduColumn = { label: 'vdu', title: 'VDU' } as const;
