/**
 * External CPDs of a flavour and the connection points of VDUs behind them (SOL001 clauses 6.8.1, 6.8.2, 6.8.10).
 */
import type { ExtCp, Flavour, VduCp } from './model.js';

/** External CPDs that lead to an internal link. */
export const cpdsOfLink = ({ extCps }: Flavour, linkId: string): readonly string[] =>
  extCps.filter(({ virtualLinkId }) => virtualLinkId === linkId).map(({ id }) => id);

/** External CPDs that lead to a connection point: its own, then those of its internal link. */
export const cpdsOfCp = (flavour: Flavour, { id, virtualLinkId }: VduCp): readonly string[] => [
  ...flavour.extCps.filter(({ vduCpId }) => vduCpId === id).map((cpd) => cpd.id),
  ...(virtualLinkId === undefined ? [] : cpdsOfLink(flavour, virtualLinkId)),
];

/** The first connection point that an external CPD leads to. */
export const cpOfCpd = (flavour: Flavour, cpdId: string): VduCp | undefined =>
  flavour.cps.find((cp) => cpdsOfCp(flavour, cp).includes(cpdId));

/** External CPDs whose virtual addresses a connection point shares. */
export const vipCpdsOf = ({ extCps }: Flavour, cpId: string): readonly ExtCp[] =>
  extCps.filter(({ vipTargets }) => vipTargets?.includes(cpId) === true);
