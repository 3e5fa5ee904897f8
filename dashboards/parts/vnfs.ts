/** The labels of VNFCs, and the VNFs that a dashboard has chosen. */
export const chosen = { vnf_instance_id: '~$vnf' } as const;
export const perVnfc = ['host', 'vnf_instance_id', 'vnfc_id', 'vdu'] as const;
