/**
 * Virtual addresses of a VNF (VipCp, SOL001 clause 6.8.10): chosen once, given to every VNFC whose connection point is a
 * target, claimed by one of them.
 */
import { vipCpdsOf } from '../vnfd/ext-cps.js';
import type { Flavour } from '../vnfd/model.js';
import type { ExtVirtualLinkData } from './requests.js';
import type { OperationDraft } from './draft.js';
import type { SharedAddress } from './model.js';

/** Those of the draft that share this connection point, with their links. */
export function vipsOf(draft: OperationDraft, vduCpId: string) {
  return vipCpdsOf(draft.flavour, vduCpId).flatMap((cpd) =>
    draft.extVirtualLinks.flatMap((link) =>
      link.extCps.filter((cp) => cp.cpdId === cpd.id).map((config) => ({ cpd, link, config })),
    ),
  );
}

/** What VNFCs that stand already share, by whichever connection point; those that come join them. */
export const sharedBefore = (draft: OperationDraft, cpdId: string): SharedAddress | undefined =>
  [...draft.keeps, ...draft.removes]
    .flatMap(({ cps }) => cps)
    .flatMap(({ vips = [] }) => vips)
    .find((vip) => vip.cpdId === cpdId);

/** A virtual address lies on the link of the connection points that share it. */
export function strayVip(flavour: Flavour, links: readonly ExtVirtualLinkData[]): string | undefined {
  const linkOf = (cpdId: string) => links.find(({ extCps }) => extCps.some((cp) => cp.cpdId === cpdId));
  for (const { id, vipTargets = [] } of flavour.extCps) {
    for (const target of vipTargets) {
      const [own, other] = [linkOf(id)?.resourceId, linkOf(target)?.resourceId];
      if (own === undefined || other === undefined || own === other) continue;
      return `CPD ${id} is a virtual address of ${target}, which is on network ${other}, and was put on ${own}; connect both to one network.`;
    }
  }
  return undefined;
}
