/**
 * Change external VNF connectivity (SOL003 clause 5.4.11): connection points of VNFCs leave networks and join others, while
 * their guests run or are off.
 */
import { isSameJson } from '../../shared/same-json.js';
import { ok, refuse, type Outcome } from '../../shared/outcome.js';
import { problem } from '../../shared/problem.js';
import { attachmentOf } from '../ext-attachment.js';
import { changeLinks, type ChangedLinks } from '../change-links.js';
import { flavourOf, instantiatedOf, isSound } from '../draft.js';
import type {
  CpConfigEntry,
  ExtVirtualLink,
  InstantiatedVnf,
  LcmPlan,
  VimConnections,
  Vnfc,
  VnfcCp,
} from '../model.js';
import { outgrown } from '../kept-maps.js';
import type { CpWish, Reconnected, Reconnection } from '../reconnection.js';
import type { ExtVirtualLinkPatch } from '../requests.js';
import { staged } from '../stages.js';
import { attachCardStep, detachCardStep, releaseCardsStep, rewriteDay0Step, type StepTimes } from '../steps.js';
import { connectionsAfter, withoutCredentials } from '../vim-connections.js';
import type { Flavour } from '../../vnfd/model.js';
import type { Asked, Draft, Operation } from './operation.js';

export interface ChangeExtVnfConnectivityRequest {
  readonly extVirtualLinks: readonly ExtVirtualLinkPatch[];
  readonly vimConnectionInfo?: VimConnections;
}

export const changeExtConn: Operation<ChangeExtVnfConnectivityRequest> = {
  needs: 'INSTANTIATED',
  task: 'change_ext_conn',
  places: false,
  check({ instance }, { vimConnectionInfo }) {
    const tooLarge = outgrown(instance, { vimConnectionInfo });
    return tooLarge ? refuse(tooLarge) : ok(undefined);
  },
  draft,
  recorded: withoutCredentials,
};

function draft(asked: Asked, request: ChangeExtVnfConnectivityRequest): Outcome<Draft> {
  const { instance } = asked;
  const now = instantiatedOf(instance);
  const flavour = flavourOf(asked, now);
  const { vimConnectionInfo } = request;
  const connections = { ...instance.vimConnectionInfo, ...vimConnectionInfo };
  const changed = changeLinks(flavour, now.extVirtualLinks, request.extVirtualLinks, connections);
  if (!changed.ok) return changed;
  const unsound = now.vnfcs.find((vnfc) => !isSound(vnfc));
  if (unsound !== undefined) return refuse(incomplete(unsound));
  const reconnecting = reconnection(flavour, now, changed.value);
  const isSame = reconnecting.vnfcs.length === 0 && isSameJson(changed.value.links, now.extVirtualLinks);
  if (isSame && vimConnectionInfo === undefined) return refuse(nothingToDo);
  return ok({
    newLinks: changed.value.links.filter(({ id }) => !now.extVirtualLinks.some((link) => link.id === id)),
    reconnecting,
    plan: ({ reconnected, times }) => ({
      ...planReconnect(now, changed.value, reconnected, times),
      reconnects: changedLinks(now.extVirtualLinks, changed.value.links),
      ...(vimConnectionInfo && { modifies: { vimConnectionInfo: connectionsAfter(instance, vimConnectionInfo) } }),
    }),
  });
}

/** Those that are not as they were. */
const changedLinks = (
  before: readonly ExtVirtualLink[],
  after: readonly ExtVirtualLink[],
): readonly ExtVirtualLink[] => [
  ...after.filter((link) => !before.some((one) => isSameJson(one, link))),
  ...before.flatMap((link) => (after.some(({ id }) => id === link.id) ? [] : [{ ...link, extCps: [] }])),
];

const nothingToDo = problem(
  'wrong-state',
  'The VNF is connected as extVirtualLinks says already; there is nothing to do.',
);

const incomplete = ({ id }: Vnfc) =>
  problem(
    'wrong-state',
    `VNFC ${id} is incomplete since an operation was given up; scale it in, or operate the VNF to STARTED, before its connections are changed.`,
  );

function reconnection(flavour: Flavour, now: InstantiatedVnf, changed: ChangedLinks): Reconnection {
  const taken = new Map<string, number>();
  const vnfcs = [...now.vnfcs]
    .sort((one, other) => one.index - other.index)
    .map((vnfc) => ({ vnfc, wishes: vnfc.cps.flatMap((cp) => wishOf(flavour, cp, changed, now, taken)) }));
  return {
    flavour,
    inputs: now.inputs,
    links: { before: now.extVirtualLinks, after: changed.links },
    vnfcs: vnfcs.filter(({ wishes }) => wishes.length > 0),
  };
}

/** Of a connection point that the request names, unless it is as it is to be. */
function wishOf(
  flavour: Flavour,
  cp: VnfcCp,
  changed: ChangedLinks,
  now: InstantiatedVnf,
  taken: Map<string, number>,
): readonly CpWish[] {
  const descriptor = flavour.cps.find(({ id }) => id === cp.cpdId);
  if (descriptor === undefined) return [];
  const was = attachmentOf(flavour, now.extVirtualLinks, descriptor);
  const willBe = attachmentOf(flavour, changed.links, descriptor);
  const cpdId = willBe?.cp.cpdId ?? was?.cp.cpdId;
  if (cpdId === undefined || !changed.cpdIds.some((id) => id === cpdId || id === was?.cp.cpdId)) return [];
  if (willBe === undefined) return cp.disconnected === true ? [] : [{ cp }];
  const entry = entryFor(cp, willBe.cp.configs, changed.added.get(cpdId) ?? [], taken, cpdId);
  if (entry === undefined && willBe.cp.configs.length > 0) return cp.disconnected === true ? [] : [{ cp }];
  const before = was?.cp.configs.find(({ cpConfigId }) => cpConfigId === cp.cpConfigId);
  const isThere = cp.disconnected !== true && cp.unplugged !== true && cp.extVirtualLinkId === willBe.link.id;
  if (isThere && isSameJson(before, entry)) return [];
  const users = now.vnfcs.flatMap(({ cps }) => cps.filter((one) => one.cpdId === cp.cpdId));
  const isOwn = willBe.cp.configs.length > 1 || users.length === 1;
  const mac = isOwn ? entry?.addresses.find(({ macAddress }) => macAddress !== undefined)?.macAddress : undefined;
  return [{ cp, end: { link: willBe.link, extCpdId: cpdId, ...(entry && { entry }), ...(mac && { mac }) } }];
}

/** The entry that it has; else, in turn, one that the request brings. Undefined: its own was removed. */
function entryFor(
  cp: VnfcCp,
  configs: readonly CpConfigEntry[],
  added: readonly CpConfigEntry[],
  taken: Map<string, number>,
  cpdId: string,
): CpConfigEntry | undefined {
  const own = cp.disconnected === true ? undefined : configs.find(({ cpConfigId }) => cpConfigId === cp.cpConfigId);
  if (own !== undefined) return own;
  const at = taken.get(cpdId) ?? 0;
  taken.set(cpdId, at + 1);
  return added[at] ?? added[0];
}

function planReconnect(
  now: InstantiatedVnf,
  { links }: ChangedLinks,
  reconnected: readonly Reconnected[],
  times: StepTimes,
): LcmPlan {
  const given = reconnected
    .filter(({ leaving }) => leaving.length > 0)
    .map(({ after, leaving }) => ({ hostId: after.hostId, vnfcId: after.id, allocationIds: leaving }));
  const steps = [
    ...reconnected.flatMap((one) => stepsOf(one, times)),
    ...(given.length > 0 ? [releaseCardsStep(given, times)] : []),
  ];
  const afterOf = ({ id }: Vnfc) => reconnected.find(({ after }) => after.id === id)?.after;
  return {
    vnfcs: reconnected.map(({ before, after }) => ({ before, after })),
    links: [],
    order: 'remove-first',
    steps: staged('remove-first', steps),
    after: { ...now, extVirtualLinks: links, vnfcs: now.vnfcs.map((vnfc) => afterOf(vnfc) ?? vnfc) },
    rollbackSupported: true,
  };
}

function stepsOf({ after, cards, day0 }: Reconnected, times: StepTimes) {
  const written = rewriteDay0Step(after, { content: day0.after, before: day0.before }, times);
  return [
    ...cards.flatMap(({ cpdId, before }) =>
      before === undefined ? [] : [detachCardStep(after, cpdId, before, times)],
    ),
    ...(written === undefined ? [] : [written]),
    ...cards.flatMap(({ cpdId, after: card }) =>
      card === undefined ? [] : [attachCardStep(after, cpdId, card, times)],
    ),
  ];
}
