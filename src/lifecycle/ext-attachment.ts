/**
 * What joins the flavour's connection points to the networks of a request: a CP's own external CPD, or that of the
 * internal link on which it stands (SOL001 clauses 6.8.1, 6.8.2).
 */
import { cpdsOfCp, cpdsOfLink } from '../vnfd/ext-cps.js';
import type { Flavour, VduCp } from '../vnfd/model.js';
import type { ExtCpConfig, ExtVirtualLink } from './model.js';

export interface Attachment {
  readonly link: ExtVirtualLink;
  readonly cp: ExtCpConfig;
}

/** Undefined for a CP that stays inside. */
export const attachmentOf = (flavour: Flavour, links: readonly ExtVirtualLink[], cp: VduCp): Attachment | undefined =>
  connected(links, cpdsOfCp(flavour, cp));

/** Whether an internal link is one with a network outside. */
export const isJoined = (flavour: Flavour, links: readonly ExtVirtualLink[], virtualLinkId: string): boolean =>
  connected(links, cpdsOfLink(flavour, virtualLinkId)) !== undefined;

function connected(links: readonly ExtVirtualLink[], cpdIds: readonly string[]): Attachment | undefined {
  for (const cpdId of cpdIds) {
    for (const link of links) {
      const cp = link.extCps.find((each) => each.cpdId === cpdId);
      if (cp !== undefined) return { link, cp };
    }
  }
  return undefined;
}
