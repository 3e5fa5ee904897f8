/**
 * What joins the flavour's connection points to the networks of a request: a CP's own external CPD, or that of the
 * internal link on which it stands (SOL001 clauses 6.8.1, 6.8.2).
 */
import type { Flavour, VduCp } from '../vnfd/model.js';
import type { ExtCpConfig, ExtVirtualLink } from './model.js';

export interface Attachment {
  readonly link: ExtVirtualLink;
  readonly cp: ExtCpConfig;
}

/** Undefined for a CP that stays inside. */
export function attachmentOf(flavour: Flavour, links: readonly ExtVirtualLink[], cp: VduCp): Attachment | undefined {
  const own = flavour.extCps.filter(({ vduCpId }) => vduCpId === cp.id).map(({ id }) => id);
  return connected(links, [...own, ...(cp.virtualLinkId === undefined ? [] : cpdsOfLink(flavour, cp.virtualLinkId))]);
}

/** Whether an internal link is one with a network outside. */
export const isJoined = (flavour: Flavour, links: readonly ExtVirtualLink[], virtualLinkId: string): boolean =>
  connected(links, cpdsOfLink(flavour, virtualLinkId)) !== undefined;

/** External CPDs that lead to an internal link; a request connects one of them at most. */
export const cpdsOfLink = ({ extCps }: Flavour, linkId: string): readonly string[] =>
  extCps.filter(({ virtualLinkId }) => virtualLinkId === linkId).map(({ id }) => id);

function connected(links: readonly ExtVirtualLink[], cpdIds: readonly string[]): Attachment | undefined {
  for (const cpdId of cpdIds) {
    for (const link of links) {
      const cp = link.extCps.find((each) => each.cpdId === cpdId);
      if (cp !== undefined) return { link, cp };
    }
  }
  return undefined;
}
