/**
 * CHANGE_EXT_CONN on the hosts where its VNFCs stand: each connection point gets its network or PCI function, its addresses,
 * and the claims that go with them, or the change is refused with what is missing where.
 */
import { exceeds } from '../inventory/capacity-conflict.js';
import { freeHost, heldOn } from '../inventory/capacity-index.js';
import type { FreeHost } from '../inventory/free.js';
import type { Claim, Host } from '../inventory/model.js';
import { holdersByKey } from '../inventory/resources/table.js';
import { take } from '../inventory/take.js';
import type { BindContext } from '../lifecycle/draft.js';
import type { Vnfc, VnfcCp } from '../lifecycle/model.js';
import type { CpWish, Reconnected, Reconnection } from '../lifecycle/reconnection.js';
import type { OpOccId } from '../shared/ids.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';
import type { ClaimMove } from '../store/operations.js';
import type { Picture } from './capacity/kept-capacity.js';
import { newAddresses } from './reconnect-addresses.js';
import { claimsFor } from './reconnect-claims.js';
import { joinedEnd, pickFunctions, type Picks } from './reconnect-ends.js';
import { cardsOf, day0Of } from './render.js';

export interface Rewired {
  readonly reconnected: readonly Reconnected[];
  readonly claims: readonly Claim[];
  readonly moves: readonly ClaimMove[];
  readonly hosts: readonly Host[];
}

interface Around {
  readonly context: BindContext;
  readonly wish: Reconnection;
  readonly opOccId: OpOccId;
  readonly picture: Picture;
}

type OneWish = Reconnection['vnfcs'][number];

export function reconnect(
  context: BindContext,
  wish: Reconnection,
  picture: Picture,
  opOccId: OpOccId,
): Outcome<Rewired> {
  const around = { context, wish, opOccId, picture };
  const addresses = newAddresses(wish, picture.addresses);
  if (!addresses.ok) return addresses;
  const macs = new Map(holdersByKey('mac', picture.addresses));
  const frees = new Map<string, FreeHost>();
  let sum: Rewired = { reconnected: [], claims: [], moves: [], hosts: [] };
  for (const one of wish.vnfcs) {
    const { hostId } = one.vnfc;
    const free = frees.get(hostId) ?? freeHost(picture.fleet, hostId);
    const refusal = hostRefusal(one.vnfc, free);
    if (free === undefined || refusal !== undefined) return refuse(problem('unprocessable', refusal ?? ''));
    const done = rewired(around, one, free, addresses.value);
    if (!done.ok) return done;
    const clash =
      macClash(one.vnfc, done.value.reconnected.after, macs) ?? shortage(around, free.host, sum, done.value);
    if (clash !== undefined) return refuse(problem('unprocessable', clash));
    for (const { mac } of done.value.reconnected.after.cps) macs.set(mac, one.vnfc.id);
    frees.set(
      hostId,
      take(
        free,
        done.value.claims.filter((claim) => claim.hostId === hostId),
      ),
    );
    sum = {
      reconnected: [...sum.reconnected, done.value.reconnected],
      claims: [...sum.claims, ...done.value.claims],
      moves: [...sum.moves, ...done.value.moves],
      hosts: [...sum.hosts.filter(({ id }) => id !== hostId), free.host],
    };
  }
  return ok(sum);
}

function hostRefusal({ id, hostId, pool }: Vnfc, free: FreeHost | undefined): string | undefined {
  const { host } = free ?? {};
  if (host === undefined) return `VNFC ${id} is on host ${hostId}, which is not configured any more.`;
  if (host.adminState === 'lost')
    return `VNFC ${id} is on host ${hostId}, which is declared lost; if it is back, say so with "berth host found ${hostId}".`;
  if (!host.reachable) return `VNFC ${id} is on host ${hostId}, which does not answer; ask again when it does.`;
  if (host.facts.pools.some(({ name }) => name === pool)) return undefined;
  return `VNFC ${id} has its volumes in pool ${pool}, which host ${hostId} has not now; bring it back first.`;
}

interface Done {
  readonly reconnected: Reconnected;
  readonly claims: readonly Claim[];
  readonly moves: readonly ClaimMove[];
}

function rewired(
  around: Around,
  { vnfc, wishes }: OneWish,
  free: FreeHost,
  addresses: ReadonlyMap<string, readonly string[]>,
): Outcome<Done> {
  const picks = pickFunctions(around.context, around.wish, { vnfc, wishes }, free);
  if (!picks.ok) return picks;
  const cps: VnfcCp[] = [];
  for (const cp of vnfc.cps) {
    const wish = wishes.find((one) => one.cp.id === cp.id);
    const end = wish === undefined ? ok(cp) : endOf(around, wish, picks.value, free, addresses.get(cp.id) ?? []);
    if (!end.ok) return end;
    cps.push(end.value);
  }
  const pciFunctions = [
    ...vnfc.placement.pciFunctions.filter(({ cpdId }) => !wishes.some(({ cp }) => cp.cpdId === cpdId)),
    ...picks.value.values(),
  ];
  const planned = { ...vnfc, cps, placement: { ...vnfc.placement, pciFunctions } };
  const { context, opOccId, picture } = around;
  const standing = [...heldOn(picture.fleet, vnfc.hostId), ...picture.addresses].filter(
    ({ vnfcId }) => vnfcId === vnfc.id,
  );
  const claimed = claimsFor({
    vnfc,
    planned,
    wishes,
    standing,
    host: free.host,
    opOccId,
    instance: context.instance,
    ids: context.ids,
  });
  return ok({ ...claimed, reconnected: { ...claimed, ...written(around, claimed, wishes, free.host) } });
}

function endOf(
  around: Around,
  wish: CpWish,
  picks: Picks,
  { host }: FreeHost,
  addresses: readonly string[],
): Outcome<VnfcCp> {
  const end = joinedEnd(around.wish.flavour, wish, picks.get(wish.cp.cpdId), host, addresses);
  return typeof end === 'string' ? refuse(problem('unprocessable', end)) : ok(end);
}

/** Cards and day-0 of before and after; a card that stays as it is does not appear. */
function written(
  { context, wish }: Around,
  { before, after }: Pick<Reconnected, 'before' | 'after'>,
  wishes: readonly CpWish[],
  { facts }: Host,
): Pick<Reconnected, 'cards' | 'day0'> {
  const { flavour, inputs, links } = wish;
  const was = { flavour, inputs, extVirtualLinks: links.before };
  const willBe = { flavour, inputs, extVirtualLinks: links.after };
  const cards = { before: cardsOf(context, was, before, facts), after: cardsOf(context, willBe, after, facts) };
  return {
    cards: wishes.flatMap(({ cp: { cpdId, unplugged } }) => {
      const ends = { before: cards.before.get(cpdId), after: cards.after.get(cpdId) };
      return ends.before === ends.after && unplugged !== true ? [] : [{ cpdId, ...presentOf(ends) }];
    }),
    day0: { before: day0Of(context, was, before), after: day0Of(context, willBe, after) },
  };
}

const presentOf = ({ before, after }: { readonly before: string | undefined; readonly after: string | undefined }) => ({
  ...(before !== undefined && { before }),
  ...(after !== undefined && { after }),
});

function macClash({ id, cps }: Vnfc, after: Vnfc, macs: ReadonlyMap<string, string>): string | undefined {
  const clash = after.cps.find(({ mac }) => macs.has(mac) && !cps.some((cp) => cp.mac === mac));
  const twice = after.cps.find(({ mac }, at) => after.cps.findIndex((other) => other.mac === mac) !== at);
  const found = clash ?? twice;
  return (
    found &&
    `MAC address ${found.mac} of CP ${found.cpdId} of VNFC ${id} is in use by VNFC ${macs.get(found.mac) ?? id}; choose another.`
  );
}

/** Sums of the host, such as the bandwidth of a card, which no choice of a function looks at. */
function shortage({ picture }: Around, host: Host, sum: Rewired, { claims }: Done): string | undefined {
  const short = exceeds(
    host,
    [...heldOn(picture.fleet, host.id), ...sum.claims.filter(({ hostId }) => hostId === host.id)],
    claims,
  );
  return short && `The change does not fit on host ${short}.`;
}
