/**
 * The external links of a VNF after a change (SOL003 clause 4.4.1.11): entries of `cpConfig` are merged by their key, a CPD
 * goes where the request names it, and one that loses its last entry is connected to nothing.
 */
import { cpdsOfLink } from '../vnfd/ext-cps.js';
import type { Flavour } from '../vnfd/model.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';
import { perhaps } from '../shared/suggest.js';
import { readChangedLinks } from './ext-links.js';
import type { CpConfigEntry, ExtCpConfig, ExtVirtualLink, VimConnections } from './model.js';
import type { ExtVirtualLinkData, ExtVirtualLinkPatch, VnfExtCpConfig, VnfExtCpPatch } from './requests.js';

export interface ChangedLinks {
  readonly links: readonly ExtVirtualLink[];
  /** External CPDs that the request names. */
  readonly cpdIds: readonly string[];
  /** Entries that are new, by CPD. */
  readonly added: ReadonlyMap<string, readonly CpConfigEntry[]>;
}

export function changeLinks(
  flavour: Flavour,
  now: readonly ExtVirtualLink[],
  patches: readonly ExtVirtualLinkPatch[],
  connections: VimConnections,
): Outcome<ChangedLinks> {
  const read = readChangedLinks(flavour, patches.map(withoutNulls), connections);
  if (!read.ok) return read;
  const complaint =
    linkTwice(patches) ?? otherResource(now, patches) ?? vip(flavour, patches) ?? strayEntry(now, patches);
  if (complaint !== undefined) return refuse(problem('unknown-reference', complaint));
  const merged = patches.map((patch, at) => mergedLink(now, patch, read.value[at]));
  const cpdIds = patches.flatMap(({ extCps }) => extCps.map(({ cpdId }) => cpdId));
  const kept = now.map((link) => ({ ...link, extCps: link.extCps.filter(({ cpdId }) => !cpdIds.includes(cpdId)) }));
  const links = [
    ...kept.map((link) => joined(link, merged)),
    ...merged.filter(({ id }) => !now.some((one) => one.id === id)),
  ];
  const cut = innerCut(flavour, cpdIds, links) ?? vipLeft(flavour, links);
  if (cut !== undefined) return refuse(problem('unprocessable', cut));
  const added = new Map(cpdIds.map((id) => [id, newEntries(configOf(now, id), configOf(links, id))]));
  return ok({ links: links.filter(({ extCps }) => extCps.length > 0), cpdIds, added });
}

const withoutNulls = (patch: ExtVirtualLinkPatch): ExtVirtualLinkData => ({
  ...patch,
  extCps: patch.extCps.map(({ cpdId, cpConfig = {} }) => ({
    cpdId,
    cpConfig: Object.fromEntries(
      Object.entries(cpConfig).filter((entry): entry is [string, VnfExtCpConfig] => entry[1] !== null),
    ),
  })),
});

export const configOf = (links: readonly ExtVirtualLink[], cpdId: string): ExtCpConfig | undefined =>
  links.flatMap(({ extCps }) => extCps).find((one) => one.cpdId === cpdId);

function linkTwice(patches: readonly ExtVirtualLinkPatch[]): string | undefined {
  const ids = patches.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  return twice && `extVirtualLinks has ${twice} twice; give its CPDs in one entry.`;
}

function otherResource(now: readonly ExtVirtualLink[], patches: readonly ExtVirtualLinkPatch[]): string | undefined {
  for (const { id, resourceId } of patches) {
    const known = now.find((link) => link.id === id);
    if (known === undefined || known.resourceId === resourceId) continue;
    return `extVirtualLinks ${id} is network ${known.resourceId} and the request has resourceId ${resourceId}; a link stays with its network: give the other one an id of its own.`;
  }
  return undefined;
}

function vip(flavour: Flavour, patches: readonly ExtVirtualLinkPatch[]): string | undefined {
  const ids = patches.flatMap(({ extCps }) => extCps.map(({ cpdId }) => cpdId));
  const shared = flavour.extCps.find(({ id, vipTargets }) => vipTargets !== undefined && ids.includes(id));
  return (
    shared &&
    `CPD ${shared.id} is a virtual address, which Berth does not change while the VNF stands; leave it out, or terminate the VNF and instantiate it with the other address.`
  );
}

/** Null removes an entry that is there. */
function strayEntry(now: readonly ExtVirtualLink[], patches: readonly ExtVirtualLinkPatch[]): string | undefined {
  for (const { cpdId, cpConfig = {} } of patches.flatMap(({ extCps }) => extCps)) {
    const known = configOf(now, cpdId)?.configs.map(({ cpConfigId }) => cpConfigId) ?? [];
    const stray = Object.entries(cpConfig).find(([id, value]) => value === null && !known.includes(id));
    if (stray === undefined) continue;
    return `CPD ${cpdId}: cpConfig has null for "${stray[0]}", which is not there${perhaps(stray[0], known)}; it has ${known.join(', ') || '(none)'}.`;
  }
  return undefined;
}

/** A link of the request with the whole configuration of its CPDs; those that are left with no entry are not in it. */
function mergedLink(now: readonly ExtVirtualLink[], patch: ExtVirtualLinkPatch, read?: ExtVirtualLink): ExtVirtualLink {
  if (read === undefined) throw new Error(`link ${patch.id} was not read`);
  const extCps = patch.extCps.flatMap((cp) => mergedCp(configOf(now, cp.cpdId), cp, configOf([read], cp.cpdId)) ?? []);
  return { ...read, extCps };
}

function mergedCp(before: ExtCpConfig | undefined, patch: VnfExtCpPatch, read?: ExtCpConfig): ExtCpConfig | undefined {
  const { cpdId, cpConfig = {} } = patch;
  const given = new Map(read?.configs.map((entry) => [entry.cpConfigId, entry]));
  const stay = (before?.configs ?? []).flatMap((entry) => {
    const wish = cpConfig[entry.cpConfigId];
    if (wish === null) return [];
    return [wish?.cpProtocolData === undefined ? entry : (given.get(entry.cpConfigId) ?? entry)];
  });
  const known = new Set(before?.configs.map(({ cpConfigId }) => cpConfigId));
  const configs = [...stay, ...[...given.values()].filter(({ cpConfigId }) => !known.has(cpConfigId))];
  const isCut = configs.length === 0 && Object.values(cpConfig).includes(null);
  return isCut ? undefined : { cpdId, configs };
}

const joined = (link: ExtVirtualLink, merged: readonly ExtVirtualLink[]): ExtVirtualLink => {
  const more = merged.find(({ id }) => id === link.id);
  return more === undefined ? link : { ...link, ...more, extCps: [...link.extCps, ...more.extCps] };
};

const newEntries = (before: ExtCpConfig | undefined, after: ExtCpConfig | undefined): readonly CpConfigEntry[] =>
  (after?.configs ?? []).filter(({ cpConfigId }) => !before?.configs.some((one) => one.cpConfigId === cpConfigId));

/** Without its network outside an internal link would be one inside, with VNFCs on one host. */
function innerCut(flavour: Flavour, cpdIds: readonly string[], links: readonly ExtVirtualLink[]): string | undefined {
  for (const { id } of flavour.virtualLinks) {
    const cut = cpdsOfLink(flavour, id).find((cpdId) => cpdIds.includes(cpdId) && configOf(links, cpdId) === undefined);
    if (cut !== undefined)
      return `CPD ${cut} joins the internal link ${id} to a network, which Berth cannot take from it while the VNF stands; give it another network instead.`;
  }
  return undefined;
}

function vipLeft(flavour: Flavour, links: readonly ExtVirtualLink[]): string | undefined {
  const networkOf = (cpdId: string) => links.find((link) => configOf([link], cpdId))?.resourceId;
  for (const { id, vipTargets = [] } of flavour.extCps) {
    const own = networkOf(id);
    const target = flavour.extCps.find(({ vduCpId }) => vduCpId !== undefined && vipTargets.includes(vduCpId));
    if (own === undefined || target === undefined || networkOf(target.id) === own) continue;
    return `CPD ${target.id} shares the virtual address of CPD ${id} on network ${own}; it stays there.`;
  }
  return undefined;
}
