/**
 * Races for the last of something: a fleet on which exactly one more VNFC of a kind fits. All else is plenty, so that
 * whoever loses lost that one thing.
 */
import type { ClaimKind, Host } from '../../../src/inventory/model.js';
import type { PlacementRequest } from '../../../src/placement/model.js';
import { hostId } from '../../../src/shared/ids.js';
import { card, demand, host, pinned, question } from '../../builders/placement.js';

export interface RaceCase {
  readonly hosts: readonly Host[];
  /** What each of the contenders asks for; `vnfc` is its VNFC. */
  ask(vnfc: string): PlacementRequest;
  /** The claim that only one can have. */
  readonly last: { readonly host: string; readonly kind: ClaimKind; readonly key: string };
  /** What a loser is told, in placement's words. */
  readonly reason: RegExp;
}

const plenty = { poolMiB: 10_000_000, sharedCpuRatio: 100_000, memoryMiB: 1_000_000 };

/** Scale-outs of instances that stand on `home` and may not double up there: only `away` is left, with one core. */
const antiAffinity: RaceCase = {
  hosts: [
    host('home', { ...plenty, coresPerCell: 32 }),
    host('away', { ...plenty, cells: 1, coresPerCell: 2, threads: 1 }),
  ],
  ask: (vnfc) => {
    const asked = pinned(vnfc, 1);
    const rule = { id: 'apart', kind: 'anti-affinity', scope: 'nfvi_node', bestEffort: false } as const;
    return question([asked], { affinity: [{ ...rule, vnfcIds: [asked.vnfcId], placed: [hostId('home')] }] });
  },
  last: { host: 'away', kind: 'cpu', key: '1' },
  reason: /apart/,
};

export const raceCases = {
  'the last virtual function': {
    hosts: [host('edge', { ...plenty, functions: card(1, 0, 1) })],
    ask: (vnfc) => {
      const wish = { cpdId: 'data', kind: 'vf', cellPolicy: 'preferred', physicalNetwork: 'physnet1' } as const;
      return question([demand(vnfc, { pciFunctions: [wish] })]);
    },
    last: { host: 'edge', kind: 'pci', key: '0000:01:02.0' },
    reason: /VF/,
  },
  'the last 1 GiB page': {
    hosts: [host('edge', { ...plenty, cells: 1, pages1GiB: 1 })],
    ask: (vnfc) => question([demand(vnfc, { memoryMiB: 1024, pageSize: 1_048_576, numaStrict: true })]),
    last: { host: 'edge', kind: 'hugepages', key: '1048576' },
    reason: /1 GiB/,
  },
  'the last host that anti-affinity leaves': antiAffinity,
} as const satisfies Record<string, RaceCase>;

export type RaceName = keyof typeof raceCases;
