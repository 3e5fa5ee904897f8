/**
 * IP addresses of connection points that join another network or have another configuration: those that still serve stay, the
 * others are chosen together. What a connection point gives up is free for others when the change is done, and not before.
 */
import { vlanName } from '../inventory/vlan-name.js';
import type { Claim } from '../inventory/model.js';
import { holdersByKey } from '../inventory/resources/table.js';
import { addressKeys } from '../lifecycle/address-keys.js';
import { addressKey, chooseAddresses, type AddressNeed } from '../lifecycle/addressing.js';
import type { AddressRequest, VnfcCp } from '../lifecycle/model.js';
import type { CpWish, Reconnection } from '../lifecycle/reconnection.js';
import { isBetween } from '../shared/ip-address.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';

interface Seat {
  readonly wish: CpWish;
  readonly need: AddressNeed;
  /** That it has already. */
  readonly kept?: string;
}

/** By CP, each with its length of prefix. */
export function newAddresses(
  { vnfcs }: Reconnection,
  standing: readonly Claim[],
): Outcome<ReadonlyMap<string, readonly string[]>> {
  const taken = new Set(holdersByKey('ip', standing).keys());
  const seats = vnfcs.flatMap(({ vnfc, wishes }) => wishes.flatMap((wish) => seatsOf(wish, vnfc.index)));
  const open = seats.filter(({ kept }) => kept === undefined);
  const needs = open.map(({ need }) => need);
  const named = new Set(
    needs.flatMap(({ network, wish }) => wish.fixed.map((address) => addressKey(network, address))),
  );
  const { addresses } = chooseAddresses(needs, taken, named);
  const without = open[addresses.indexOf(undefined)];
  if (without !== undefined) return refuse(problem('unprocessable', noAddress(without)));
  const chosen = new Map(open.map((seat, at) => [seat, addresses[at]]));
  const byCp = Map.groupBy(seats, ({ wish }) => wish.cp.id);
  return ok(
    new Map(
      [...byCp].map(([id, own]) => [
        id,
        own.map((seat) => `${seat.kept ?? chosen.get(seat) ?? ''}/${String(seat.need.wish.prefixLength)}`),
      ]),
    ),
  );
}

function seatsOf(wish: CpWish, index: number): readonly Seat[] {
  const { cp, end } = wish;
  if (end === undefined) return [];
  const network = vlanName(end.link.resourceId, end.entry?.vlan);
  const left = addressesIn(cp, network);
  const wishes = (end.entry?.addresses ?? []).filter((one) => one.fixed.length > 0 || one.range !== undefined);
  return wishes.map((one) => {
    const at = left.findIndex((address) => serves(address, one));
    const [kept] = at === -1 ? [] : left.splice(at, 1);
    const ordinal = one.fixed.length > 1 ? index : 0;
    return { wish, need: { network, wish: one, ordinal }, ...(kept !== undefined && { kept }) };
  });
}

/** Those that it has there. */
function addressesIn(cp: VnfcCp, network: string): string[] {
  const prefix = addressKey(network, '');
  return addressKeys(cp).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
}

const serves = (address: string, { fixed, range }: AddressRequest): boolean =>
  fixed.length > 0 ? fixed.includes(address) : range !== undefined && isBetween(address, range.min, range.max);

const noAddress = ({ wish: { cp, end }, need }: Seat): string =>
  `No free address is left for CP ${cp.id} on network ${need.network}: those of cpConfig ${end?.entry?.cpConfigId ?? ''} are all in use. Give a wider addressRange, more fixedAddresses, or another entry.`;
