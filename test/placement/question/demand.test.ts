import { describe, expect, it } from '@jest/globals';
import type { Flavour, Vdu, VduCp } from '../../../src/vnfd/model.js';
import { demandOf } from '../../../src/placement/question/demand.js';
import { vnfcId, vnfInstanceId } from '../../../src/shared/ids.js';
import { GiB, MiB } from '../../../src/shared/units.js';
import { vdu, vnfd } from '../../builders/vnfd.js';

const flavour = vnfd().flavours[0]!;
const demanded = (change: Partial<Vdu>, flavourChange: Partial<Flavour> = {}, more: object = {}) =>
  demandOf({
    flavour: { ...flavour, ...flavourChange },
    vdu: vdu(change),
    vnfcId: vnfcId('a'),
    vnfInstanceId: vnfInstanceId('vnf-1'),
    images: [{ id: 'router', sha256: 'ab', sizeBytes: 100 * MiB, virtualSizeBytes: 2 * GiB }],
    attached: {},
    ...more,
  });
const { cpu, memory } = vdu();
const loose = { ...memory, numaEnabled: false };
const cp = (change: Partial<VduCp>): VduCp => ({ ...flavour.cps[0]!, vduId: 'router', ...change });

describe('the demand of a VDU', () => {
  it('is one guest cell when the VDU names none', () => {
    const { vcpus, memoryMiB, guestCells } = demanded({
      cpu: { ...cpu, count: 2 },
      memory: { ...memory, bytes: 512 * MiB },
    });
    expect({ vcpus, memoryMiB, guestCells }).toEqual({
      vcpus: 2,
      memoryMiB: 512,
      guestCells: [{ vcpus: 2, memoryMiB: 512 }],
    });
  });

  it('takes guest cells from logical nodes, and is strict then', () => {
    const guestCells = ['n0', 'n1'].map((id) => ({ id, vcpus: 1, memoryBytes: 256 * MiB }));
    const asked = demanded({ cpu: { ...cpu, count: 2 }, memory: { ...memory, bytes: 512 * MiB }, guestCells });
    expect(asked.numaStrict).toBe(true);
    expect(asked.guestCells).toEqual([
      { vcpus: 1, memoryMiB: 256 },
      { vcpus: 1, memoryMiB: 256 },
    ]);
  });

  it('is strict with hugepages, but lets shared vCPUs float unless the VDU cares for NUMA', () => {
    const huge = demanded({ memory: { ...memory, numaEnabled: false, locality: 'none', pageSize: 2048 } });
    const numa = demanded({ memory: { ...memory, numaEnabled: true, pageSize: 2048 } });
    expect([huge.numaStrict, huge.sharedVcpuScope]).toEqual([true, 'host']);
    expect([numa.numaStrict, numa.sharedVcpuScope]).toEqual([true, 'cell']);
  });

  it('is not strict for plain memory without locality', () => {
    const plain = { ...memory, numaEnabled: false, locality: 'none' as const, pageSize: 'small' as const };
    expect(demanded({ memory: plain }).numaStrict).toBe(false);
    expect(demanded({ memory: { ...plain, locality: 'strict' } }).numaStrict).toBe(true);
  });

  it('dedicates all, none, or in a mixed VDU those that are not shared', () => {
    const counts = (['dedicated', 'shared', 'mixed'] as const).map(
      (policy) => demanded({ cpu: { ...cpu, count: 4, policy } }).dedicatedVcpus,
    );
    expect(counts).toEqual([4, 0, 3]);
    const mixed = demanded({ cpu: { ...cpu, count: 4, policy: 'mixed', sharedVcpus: [0, 2] } });
    expect(mixed).toMatchObject({ dedicatedVcpus: 2, sharedVcpus: [0, 2] });
  });

  it('carries named CPUs and real-time vCPUs, and is strict with the former', () => {
    const asked = { hostCpus: [4, 5], emulatorPolicy: 'named', emulatorCpus: [3], realtimeVcpus: [1] } as const;
    const named = demanded({
      cpu: { ...cpu, count: 2, ...asked },
      memory: { ...loose, locality: 'none', pageSize: 'small' },
    });
    expect(named).toMatchObject({ ...asked, numaStrict: true });
  });

  it('counts disks at the size the guest sees, and one MiB for day 0', () => {
    const storages = [
      { id: 'data', kind: 'block' as const, sizeBytes: 10 * GiB, perVnfcInstance: true, requirements: {} },
    ];
    const asked = demanded({ image: vdu().image!, storageIds: ['data'] }, { storages });
    expect(asked.diskMiB).toBe(2 * 1024 + 10 * 1024 + 1);
  });

  it('asks a VF for a direct CP and a PF for a direct-physical one, of its own VDU only', () => {
    const cps = [
      cp({ id: 'in', vnicType: 'direct', cellPolicy: 'required', interfaceRequirements: { trusted: 'true' } }),
      cp({ id: 'out', vnicType: 'direct-physical' }),
      cp({ id: 'mgmt', vnicType: 'virtio' }),
      cp({ id: 'far', vnicType: 'direct', vduId: 'other' }),
    ];
    expect(demanded({ memory: loose }, { cps }, { attached: { in: { resourceId: 'physnet1' } } }).pciFunctions).toEqual(
      [
        { cpdId: 'in', kind: 'vf', cellPolicy: 'required', physicalNetwork: 'physnet1', trusted: true },
        { cpdId: 'out', kind: 'pf', cellPolicy: 'preferred' },
      ],
    );
  });

  it('asks for the bit rate of a direct CP in whole Mbit/s, rounded up, from a card that can limit it', () => {
    const cps = [
      cp({ id: 'in', vnicType: 'direct', bitrateBps: 2_500_000_001 }),
      cp({ id: 'out', vnicType: 'direct-physical', bitrateBps: 1_000_000 }),
    ];
    expect(demanded({ memory: loose }, { cps }).pciFunctions).toEqual([
      { cpdId: 'in', kind: 'vf', cellPolicy: 'preferred', rateLimited: true, bitrateMbps: 2501 },
      { cpdId: 'out', kind: 'pf', cellPolicy: 'preferred' },
    ]);
  });

  it('joins networks of the kind that its CPs need', () => {
    const cps = [
      cp({ id: 'a' }),
      cp({ id: 'b', vnicType: 'macvtap' }),
      cp({ id: 'c', vnicType: 'virtio-forwarder' }),
      cp({ id: 'd', vnicType: 'direct' }),
      cp({ id: 'e' }),
    ];
    const on = (resourceId: string) => ({ resourceId });
    const attached = { a: on('data'), b: on('wire'), c: on('dpdk'), d: on('physnet1'), e: on('data') };
    expect(demanded({ memory: loose }, { cps }, { attached })).toMatchObject({
      networks: ['data', 'wire'],
      macvtapNetworks: ['wire'],
      vhostUserNetworks: ['dpdk'],
      pciFunctions: [{ cpdId: 'd', physicalNetwork: 'physnet1' }],
    });
  });

  it('joins the network of its VLAN, unless its function tags', () => {
    const cps = [cp({ id: 'a' }), cp({ id: 'b', vnicType: 'macvtap' }), cp({ id: 'c', vnicType: 'direct' })];
    const on = (resourceId: string, vlan: number) => ({ resourceId, vlan });
    const attached = { a: on('physnet1', 7), b: on('physnet1', 8), c: on('physnet1', 9) };
    expect(demanded({ memory: loose }, { cps }, { attached })).toMatchObject({
      networks: ['physnet1.7', 'physnet1.8'],
      macvtapNetworks: ['physnet1.8'],
      vlanNetworks: ['physnet1.7', 'physnet1.8'],
      pciFunctions: [{ cpdId: 'c', physicalNetwork: 'physnet1' }],
    });
  });

  it('puts functions where the CP says, else the VDU, else near a VDU that cares for NUMA', () => {
    const policy = (change: Partial<Vdu>, cpChange: Partial<VduCp> = {}) =>
      demanded(change, { cps: [cp({ vnicType: 'direct', ...cpChange })] }).pciFunctions[0]?.cellPolicy;
    expect(policy({ memory: { ...memory, numaEnabled: true } })).toBe('required');
    expect(policy({ memory: loose })).toBe('preferred');
    expect(policy({ cellPolicy: 'none' })).toBe('none');
    expect(policy({ cellPolicy: 'none' }, { cellPolicy: 'required' })).toBe('required');
  });

  it('is for the zone that a constraint names, unless the request names one', () => {
    const nfviConstraints = { zone: 'rack1' };
    expect(demanded({ nfviConstraints }).zone).toBe('rack1');
    expect(demanded({ nfviConstraints }, {}, { zone: 'rack2' }).zone).toBe('rack2');
  });

  it('asks for capabilities that are mandatory, and likes the others', () => {
    const requestedCapabilities = [
      { name: 'sgx', mandatory: true, parameters: {} },
      { name: 'nice', mandatory: false, parameters: {} },
    ];
    expect(demanded({ requestedCapabilities })).toMatchObject({ capabilities: ['sgx'], likedCapabilities: ['nice'] });
  });
});
