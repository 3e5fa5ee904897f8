/**
 * Races for the last of something: a fleet on which exactly one more VNFC of a kind fits. All else is plenty, so that
 * whoever loses lost that one thing.
 */
import type { Claim, ClaimKind, Host } from '../../../src/inventory/model.js';
import type { PlacementRequest } from '../../../src/placement/model.js';
import { hostId } from '../../../src/shared/ids.js';
import { card, demand, host, question } from '../../builders/placement.js';

export interface RaceCase {
  readonly hosts: readonly Host[];
  /** What each of the contenders asks for, seeing these claims; `vnfc` is its VNFC. */
  ask(vnfc: string, claims: readonly Claim[]): PlacementRequest;
  /** The claim that only one can have. */
  readonly last: { readonly host: string; readonly kind: ClaimKind; readonly key: string };
  /** What a loser is told, in placement's words. */
  readonly reason: RegExp;
}

const plenty = { poolMiB: 10_000_000, sharedCpuRatio: 100_000, memoryMiB: 1_000_000 };

/**
 * All are of one group that stands on `home` and may not double up: `away` has room for every one of them and a slot for
 * one. No unique key is fought over, so it is the generation of the host that lets one through.
 */
const antiAffinity: RaceCase = {
  hosts: [host('home', plenty), host('away', plenty)],
  ask: (vnfc, claims) => {
    const asked = demand(vnfc);
    const rule = { id: 'apart', kind: 'anti-affinity', scope: 'nfvi_node', bestEffort: false } as const;
    const placed = [hostId('home'), ...new Set(claims.map((claim) => claim.hostId))];
    return question([asked], { affinity: [{ ...rule, vnfcIds: [asked.vnfcId], placed }] });
  },
  last: { host: 'away', kind: 'shared-vcpu', key: 'float' },
  reason: /anti-affinity rule apart: another of its VNFCs is on this host/,
};

export const raceCases = {
  'the last virtual function': {
    hosts: [host('edge', { ...plenty, functions: card(1, 0, 1) })],
    ask: (vnfc) => {
      const wish = { cpdId: 'data', kind: 'vf', cellPolicy: 'preferred', physicalNetwork: 'physnet1' } as const;
      return question([demand(vnfc, { pciFunctions: [wish] })]);
    },
    last: { host: 'edge', kind: 'pci', key: '0000:01:02.0' },
    reason: /VFs on physnet1 short by 1/,
  },
  'the last 1 GiB page': {
    hosts: [host('edge', { ...plenty, cells: 1, pages1GiB: 1 })],
    ask: (vnfc) => question([demand(vnfc, { memoryMiB: 1024, pageSize: 1_048_576, numaStrict: true })]),
    last: { host: 'edge', kind: 'hugepages', key: '1048576' },
    reason: /needs 1 free pages? of 1 GiB, has 0/,
  },
  'the last host that anti-affinity leaves': antiAffinity,
} as const satisfies Record<string, RaceCase>;

export type RaceName = keyof typeof raceCases;
