/**
 * Whether a host can be said to be otherwise while VNFCs stand on it: what they hold must stay. What is only said for
 * those to come (zone, reservation, ratio, networks) is free to change.
 */
import type { VnfcId } from '../shared/ids.js';
import { cardName } from './named-cards.js';
import type { Claim, PciFunction } from './model.js';

/** What of a host's settings VNFCs may hold. */
export interface HostUse {
  readonly hypervisor?: string;
  /** The pool that Berth makes for itself. */
  readonly ownPool?: { readonly name: string; readonly path: string };
  /** Pools that Berth may use beside it. */
  readonly pools: readonly string[];
  /** Card, by network device or PCI address -> physical network. */
  readonly cards: ReadonlyMap<string, string>;
  readonly withheld: readonly string[];
  /** What the host is made of, where Berth makes it. */
  readonly make?: string;
}

export interface Obstacle {
  /** What would change, as the beginning of a sentence: `The pool fast`. */
  readonly what: string;
  readonly vnfcIds: readonly VnfcId[];
}

/** `functions`: those that the host has, as far as it was read. */
export function obstacleTo(
  before: HostUse,
  after: HostUse,
  claims: readonly Claim[],
  functions: readonly PciFunction[],
): Obstacle | undefined {
  const all: readonly (Obstacle | undefined)[] = [
    before.hypervisor === after.hypervisor ? undefined : heldBy('The hypervisor', claims),
    before.make === after.make ? undefined : heldBy('The template', claims),
    ...goneFrom(poolsOf(before), poolsOf(after)).map((pool) => heldBy(`The pool ${pool}`, onPool(claims, pool))),
    ...changedCards(before, after).map((card) => heldBy(`The card ${card}`, onCard(claims, functions, card))),
    ...goneFrom(after.withheld, before.withheld).map((one) =>
      heldBy(`The function ${one}`, onFunction(claims, functions, one)),
    ),
  ];
  return all.find((each) => each !== undefined);
}

function heldBy(what: string, claims: readonly Claim[]): Obstacle | undefined {
  const vnfcIds = [...new Set(claims.map(({ vnfcId }) => vnfcId))];
  return vnfcIds.length === 0 ? undefined : { what, vnfcIds };
}

/** Berth's own pool counts with its place: the same name elsewhere is another pool. */
const poolsOf = ({ ownPool, pools }: HostUse): readonly string[] => [
  ...pools,
  ...(ownPool ? [`${ownPool.name} at ${ownPool.path}`] : []),
];

const goneFrom = (before: readonly string[], after: readonly string[]): readonly string[] =>
  before.filter((one) => !after.includes(one));

function onPool(claims: readonly Claim[], pool: string): readonly Claim[] {
  const [name = pool] = pool.split(' at ');
  return claims.filter(({ kind, key }) => kind === 'disk' && key === name);
}

const changedCards = (before: HostUse, after: HostUse): readonly string[] =>
  [...before.cards].filter(([card, network]) => after.cards.get(card) !== network).map(([card]) => card);

/** Functions of a card that is not known, because the host was never read or lost it, are taken to be its. */
function onCard(claims: readonly Claim[], functions: readonly PciFunction[], card: string): readonly Claim[] {
  const name = cardName(card);
  const own = functions.find(({ address, netdev, mac }) => [address, netdev, mac].includes(name));
  const isOf = (address: string): boolean => {
    const held = functions.find((one) => one.address === address);
    return own === undefined || held === undefined || held.address === own.address || held.parent === own.address;
  };
  return claims.filter(({ kind, key }) => kind === 'pci' && isOf(key));
}

function onFunction(claims: readonly Claim[], functions: readonly PciFunction[], name: string): readonly Claim[] {
  const address = functions.find(({ netdev }) => netdev === name)?.address ?? name;
  return claims.filter(({ kind, key }) => kind === 'pci' && key === address);
}
