import { describe, expect, it } from '@jest/globals';
import type { Claim, Host } from '../../src/inventory/model.js';
import { exceeds } from '../../src/inventory/capacity-conflict.js';
import { claimsOf } from '../../src/inventory/claims.js';
import { capacityIndexOf } from '../../src/inventory/capacity-index.js';
import { place } from '../../src/placement/place.js';
import { capacityOf } from '../../src/placement/what-if/capacity.js';
import { opOccId } from '../../src/shared/ids.js';
import { demand, host, question } from '../builders/placement.js';
import { berths } from './placing.js';

const like = (name: string, facts: Partial<Host['facts']>): Host => {
  const made = host(name, { sharedCpuRatio: 200 });
  return { ...made, facts: { ...made.facts, ...facts } };
};
const where = (asked: ReturnType<typeof demand>, ...hosts: readonly Host[]) =>
  berths(question([asked]), hosts)[0]?.hostId;
const refusal = (asked: readonly ReturnType<typeof demand>[], on: Host, claims: readonly Claim[] = []) =>
  place(question(asked), { hosts: [on], claims }).explanation.hosts[0]?.reasons;

describe('what a hypervisor takes', () => {
  it('are so many vCPUs, on each host as it says itself', () => {
    const big = demand('v', { vcpus: 400 });
    const [old, young, silent] = [like('h1', { mostVcpus: 288 }), like('h2', { mostVcpus: 4096 }), like('h3', {})];
    expect(where(big, old, young)).toBe('h2');
    expect(where(big, old, silent)).toBe('h3');
    expect(refusal([big], old)).toEqual(['its q35 takes 288 vCPUs, the VDU has 400']);
    expect(refusal([demand('v', { vcpus: 288 })], old)).toEqual([]);
  });

  it('is a domain of an architecture for which one can be made', () => {
    const arm = like('h1', { architecture: 'aarch64' });
    expect(where(demand('v'), arm, like('h2', {}))).toBe('h2');
    for (const asked of [demand('v'), demand('v', { architecture: 'arm64' })])
      expect(refusal([asked], arm)).toEqual(['is aarch64; Berth makes domains of x86_64 only']);
  });
});

describe('networks', () => {
  it('that hand out PCI functions are no networks for virtio and macvtap', () => {
    const on = like('h', { networks: [{ name: 'vfs', kind: 'hostdev' }] });
    const why = 'network vfs hands out PCI functions (forward mode hostdev); virtio and macvtap vNICs cannot join it';
    for (const macvtapNetworks of [undefined, ['vfs']])
      expect(refusal([demand('v', { networks: ['vfs'], ...(macvtapNetworks && { macvtapNetworks }) })], on)).toEqual([
        why,
      ]);
  });

  const up = like('h', { networks: [{ name: 'up', kind: 'physical', devices: 2 }] });
  const joins = (name: string, count = 1) =>
    demand(name, { networks: ['up'], macvtapNetworks: ['up'], networkJoins: { up: count } });

  it('that give devices away one by one take as many vNICs as they have devices', () => {
    expect(refusal([joins('a'), joins('b')], up)).toEqual([]);
    expect(refusal([joins('a'), joins('b'), joins('c')], up)).toEqual([
      'needs 1 device of network up, one for each vNIC, has 0',
    ]);
    expect(refusal([joins('a', 2)], up)).toEqual([]);
    expect(refusal([joins('a', 3)], up)).toEqual(['needs 3 devices of network up, one for each vNIC, has 2']);
  });

  it('have their devices claimed, and the guard counts them', () => {
    const claims = berths(question([joins('a', 2)]), [up]).flatMap((berth) =>
      claimsOf(berth, joins('a', 2), opOccId('op')),
    );
    expect(claims.filter(({ kind }) => kind === 'network')).toMatchObject([{ key: 'up', amount: 2 }]);
    expect(exceeds(up, claims, claims)).toBe('h: network up: needs 2 devices, has 0');
    expect(place(question([joins('b')]), { hosts: [up], claims }).ok).toBe(false);
    const fleet = capacityIndexOf({ hosts: [up], claims: [] });
    expect(capacityOf(fleet, { vnf: question([joins('v')]), reserve: 'none' })).toMatchObject({ fits: 2 });
  });

  it('of other kinds claim nothing', () => {
    const asked = demand('v', { networks: ['data'] });
    const claims = berths(question([asked]), [host('h')]).flatMap((berth) => claimsOf(berth, asked, opOccId('op')));
    expect(claims.map(({ kind }) => kind)).not.toContain('network');
  });
});
