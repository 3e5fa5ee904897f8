import { describe, expect, it } from '@jest/globals';
import { claimsOf } from '../../src/inventory/claims.js';
import type { Claim } from '../../src/inventory/model.js';
import { place } from '../../src/placement/place.js';
import type { AffinityDemand, VnfcDemand, VnfcPlacement } from '../../src/placement/model.js';
import { hostId, opOccId, vnfcId, type HostId } from '../../src/shared/ids.js';
import { demand, host, pinned, question } from '../builders/placement.js';
import { berths, heldCpus, one } from './placing.js';

const claimed = (berth: VnfcPlacement, asked: VnfcDemand): readonly Claim[] => claimsOf(berth, asked, opOccId('op'));

describe('on a machine with two CPUs, one of them reserved', () => {
  const laptop = host('laptop', { cells: 1, coresPerCell: 2, threads: 1, sharedCpus: [0], memoryMiB: 4096 });

  it('one VNFC gets the other CPU, and more share the first', () => {
    const placed = berths(question([pinned('a', 1), demand('b'), demand('c')]), [laptop]);
    expect(placed.map((berth) => berth.cells[0]?.pinnedCpus)).toEqual([[1], [], []]);
    expect(placed.map((berth) => berth.sharedCpus)).toEqual([[], [0], [0]]);
    expect(placed.map((berth) => berth.emulatorCpus)).toEqual([[0], [0], [0]]);
  });

  it('a second dedicated VNFC is refused with the number of CPUs', () => {
    const result = place(question([pinned('a', 1), pinned('b', 1)]), { hosts: [laptop], claims: [] });
    expect(result.explanation.hosts).toEqual([
      { hostId: 'laptop', fits: false, reasons: ['cell 0: needs 1 free CPU to dedicate, has 0'] },
    ]);
  });

  it('shared vCPUs stop at the ratio', () => {
    const asked = ['a', 'b', 'c', 'd', 'e'].map((name) => demand(name, { memoryMiB: 64 }));
    expect(place(question(asked.slice(0, 4)), { hosts: [laptop], claims: [] }).ok).toBe(true);
    expect(place(question(asked), { hosts: [laptop], claims: [] }).ok).toBe(false);
  });
});

describe('dedicated CPUs', () => {
  it('come as sibling pairs where there are any', () => {
    expect(one(pinned('a', 4), [host('h1')]).cells[0]?.pinnedCpus).toEqual([2, 3, 4, 5]);
  });

  it('leave siblings idle under isolate, claimed so that nobody else gets them', () => {
    const asked = pinned('a', 2, { threadPolicy: 'isolate' });
    const berth = one(asked, [host('h1')]);
    expect(berth.cells[0]).toMatchObject({ pinnedCpus: [2, 4], idleCpus: [3, 5] });
    expect(claimed(berth, asked).flatMap((claim) => (claim.kind === 'cpu' ? [claim.key] : []))).toEqual([
      '2',
      '4',
      '3',
      '5',
    ]);
  });

  it('fill whole cores under require, an odd last one with an idle sibling', () => {
    expect(one(pinned('a', 3, { threadPolicy: 'require' }), [host('h1')]).cells[0]).toMatchObject({
      pinnedCpus: [2, 3, 4],
      idleCpus: [5],
    });
  });

  it('give the emulator the idle sibling of an odd require, and a broken core before a whole one', () => {
    const asked = pinned('a', 3, { threadPolicy: 'require', emulatorPolicy: 'isolated' });
    expect(one(asked, [host('h1')])).toMatchObject({ emulatorCpus: [5], cells: [{ idleCpus: [] }] });
    const even = pinned('a', 2, { threadPolicy: 'require', emulatorPolicy: 'isolated' });
    expect(one(even, [host('h1')], heldCpus('h1', 0, [2])).emulatorCpus).toEqual([3]);
  });

  it('are the very ones that are named, on the first host where they are free', () => {
    const asked = pinned('a', 2, { hostCpus: [12, 10] });
    const result = one(asked, [host('h1'), host('h2')], heldCpus('h1', 1, [10]));
    expect(result).toMatchObject({ hostId: 'h2', cells: [{ hostCell: 1, pinnedCpus: [12, 10], idleCpus: [] }] });
  });

  it('that are named keep their siblings idle as the thread policy says', () => {
    const isolated = one(pinned('a', 2, { hostCpus: [4, 6], threadPolicy: 'isolate' }), [host('h1')]);
    expect(isolated.cells[0]).toMatchObject({ pinnedCpus: [4, 6], idleCpus: [5, 7] });
    const filled = one(pinned('a', 3, { hostCpus: [4, 5, 6], threadPolicy: 'require' }), [host('h1')]);
    expect(filled.cells[0]).toMatchObject({ pinnedCpus: [4, 5, 6], idleCpus: [7] });
  });

  it('that are named are kept from a VNFC of the same operation that only chooses', () => {
    const [chosen, named] = berths(question([pinned('a', 2), pinned('b', 2, { hostCpus: [2, 3] })]), [host('h1')]);
    expect(named?.cells[0]?.pinnedCpus).toEqual([2, 3]);
    expect(chosen?.cells[0]?.pinnedCpus).toEqual([4, 5]);
  });

  it('that are named tell apart ways to use hosts that are else alike', () => {
    const asked = [pinned('a', 1, { hostCpus: [4] }), pinned('b', 1, { hostCpus: [5] })];
    const third = pinned('c', 1, { hostCpus: [4], onlyHosts: [hostId('h1')] });
    const rule = { id: 'apart', kind: 'anti-affinity', scope: 'nfvi_node', bestEffort: false, placed: [] } as const;
    const affinity = [{ ...rule, vnfcIds: asked.map((one) => one.vnfcId) }];
    for (const strategy of ['pack', 'spread'] as const) {
      const placed = berths(question([...asked, third], { affinity, strategy }), [host('h1'), host('h2')]);
      expect(placed.map((one) => one.hostId)).toEqual(['h2', 'h1', 'h1']);
    }
  });

  it('that are named for the emulator are claimed, unless a vCPU of the guest has them', () => {
    const asked = (emulatorCpus: readonly number[]) =>
      pinned('a', 2, { hostCpus: [2, 3], emulatorPolicy: 'named', emulatorCpus });
    const cpusOf = (demanded: ReturnType<typeof asked>) =>
      claimed(one(demanded, [host('h1')]), demanded).flatMap((claim) => (claim.kind === 'cpu' ? [claim.key] : []));
    expect(cpusOf(asked([10]))).toEqual(['2', '3', '10']);
    expect(cpusOf(asked([2]))).toEqual(['2', '3']);
    expect(one(asked([2]), [host('h1')]).emulatorCpus).toEqual([2]);
  });

  it('that are named for the emulator may be reserved ones: any number of VNFCs share them, and none claims them', () => {
    const asked = (name: string, hostCpu: number) =>
      pinned(name, 1, { hostCpus: [hostCpu], emulatorPolicy: 'named', emulatorCpus: [0, 10] });
    const alone = asked('a', 2);
    const berth = one(alone, [host('h1')]);
    expect(berth).toMatchObject({ emulatorCpus: [0, 10], ownEmulatorCpus: [10] });
    expect(claimed(berth, alone).flatMap((claim) => (claim.kind === 'cpu' ? [claim.key] : []))).toEqual(['2', '10']);
    const reserved = [asked('a', 2), asked('b', 3)].map((each) => ({ ...each, emulatorCpus: [0, 8] }));
    expect(berths(question(reserved), [host('h1')]).map((each) => each.ownEmulatorCpus)).toEqual([[], []]);
  });

  it('that are named for the emulator are refused when another VNFC has them, reserved ones beside them or not', () => {
    const asked = pinned('a', 1, { hostCpus: [2], emulatorPolicy: 'named', emulatorCpus: [0, 10] });
    const { hosts } = place(question([asked]), { hosts: [host('h1')], claims: heldCpus('h1', 1, [10]) }).explanation;
    expect(hosts.flatMap(({ reasons }) => reasons)).toEqual([
      'CPU 10, which the emulator threads are to have, is held by VNFC other of VNF vnf-1',
    ]);
  });

  it('that are named for a vCPU are refused when they are reserved, whatever the emulator may have', () => {
    const asked = pinned('a', 1, { hostCpus: [0], emulatorPolicy: 'named', emulatorCpus: [0] });
    const { hosts } = place(question([asked]), { hosts: [host('h1')], claims: [] }).explanation;
    expect(hosts.flatMap(({ reasons }) => reasons)).toEqual([
      'CPU 0, which vCPU 0 is to have, is reserved for sharing',
    ]);
  });

  it('of real-time vCPUs are not for the emulator, which keeps house with the others', () => {
    const asked = pinned('a', 3, { emulatorPolicy: 'with-vcpus', realtimeVcpus: [1, 2] });
    expect(one(asked, [host('h1')])).toMatchObject({ cells: [{ pinnedCpus: [2, 3, 4] }], emulatorCpus: [2] });
    const mixed = demand('b', { vcpus: 2, cpuPolicy: 'mixed', dedicatedVcpus: 1, realtimeVcpus: [1] });
    expect(one({ ...mixed, emulatorPolicy: 'with-vcpus' }, [host('h1')]).emulatorCpus).toEqual([0, 1, 8, 9]);
  });

  it('are the last vCPUs of a mixed VDU; the others float', () => {
    const berth = one(demand('a', { vcpus: 3, cpuPolicy: 'mixed', dedicatedVcpus: 2, numaStrict: true }), [host('h1')]);
    expect(berth).toMatchObject({ sharedCpus: [0, 1], cells: [{ vcpus: 3, pinnedCpus: [2, 3] }] });
  });

  it('come from several cells for a guest that is not strict, when one cell has too few', () => {
    const loose = pinned('a', 8, { numaStrict: false });
    expect(one(loose, [host('h1')]).cells[0]?.pinnedCpus).toHaveLength(8);
  });

  it('are chosen thriftily when siblings for one VNFC would leave too few whole cores for the next', () => {
    const six = host('h1', { cells: 1, coresPerCell: 5 });
    const asked = [pinned('a', 2), pinned('b', 2, { numaStrict: false, threadPolicy: 'isolate' })];
    const [a, b] = berths(question(asked), [six], heldCpus('h1', 0, [3, 5]));
    expect(a?.cells[0]?.pinnedCpus).toEqual([2, 4]);
    expect(b?.cells[0]).toMatchObject({ pinnedCpus: [6, 8], idleCpus: [7, 9] });
  });
});

describe('memory', () => {
  it('split over page sizes lies, cell by cell, where there are pages of each', () => {
    const guestCells = [
      { vcpus: 1, memoryMiB: 1024, pageSizeKiB: 1_048_576 },
      { vcpus: 1, memoryMiB: 512, pageSizeKiB: 2048 },
      { vcpus: 1, memoryMiB: 256 },
    ];
    const asked = pinned('a', 3, { memoryMiB: 1792, guestCells });
    const berth = one(asked, [host('h1', { pages2MiB: 256 }), host('h2', { pages2MiB: 256, pages1GiB: 1 })]);
    expect(berth).toMatchObject({
      hostId: 'h2',
      cells: [{ pageSizeKiB: 1_048_576, pages: 1 }, { pageSizeKiB: 2048, pages: 256 }, { pages: 0 }],
    });
    expect(berth).not.toHaveProperty('pageSizeKiB');
    const rows = claimed(berth, asked).filter((claim) => claim.kind === 'hugepages' || claim.kind === 'memory');
    expect(rows.map(({ kind, key, amount }) => [kind, key, amount])).toEqual([
      ['hugepages', '1048576', 1],
      ['hugepages', '2048', 256],
      ['memory', 'plain', 256],
    ]);
  });

  it('of a strict guest lies with its CPUs', () => {
    const asked = pinned('a', 4, { memoryMiB: 1024, pageSize: 2048 });
    const berth = one(asked, [host('h1', { pages2MiB: 512 })], heldCpus('h1', 0, [2, 3, 4]));
    expect(berth.cells[0]).toMatchObject({ hostCell: 1, pages: 512 });
    expect(berth.pageSizeKiB).toBe(2048);
  });

  it('of any page size comes from the largest pages with room, and is plain where none has', () => {
    const any = pinned('a', 2, { memoryMiB: 1024, pageSize: 'any' });
    const sizeOn = (wish: Parameters<typeof host>[1]) => one(any, [host('h1', wish)]).pageSizeKiB;
    expect([sizeOn({ pages2MiB: 512, pages1GiB: 1 }), sizeOn({ pages2MiB: 512 }), sizeOn({ pages2MiB: 100 })]).toEqual([
      1_048_576,
      2048,
      undefined,
    ]);
  });

  it('of a guest that is not strict may lie on several cells, and is counted on each', () => {
    const asked = demand('a', { memoryMiB: 3000 });
    const berth = one(asked, [host('h1', { memoryMiB: 2000 })]);
    expect(berth.cells[0]?.memoryShares).toEqual([
      { hostCell: 0, memoryMiB: 2000 },
      { hostCell: 1, memoryMiB: 1000 },
    ]);
  });

  it('of two guest cells lies on two host cells, though one could hold both', () => {
    const guestCells = [
      { vcpus: 1, memoryMiB: 256 },
      { vcpus: 1, memoryMiB: 256 },
    ];
    const berth = one(pinned('a', 2, { guestCells }), [host('h1')]);
    expect(berth.cells.map((cell) => cell.hostCell)).toEqual([0, 1]);
  });
});

describe('hosts', () => {
  const three = ['h1', 'h2', 'h3'].map((name) => host(name));
  const used = heldCpus('h2', 0, [2, 3]);
  const rule = (change: Partial<AffinityDemand>): AffinityDemand => ({
    id: 'r',
    kind: 'anti-affinity',
    scope: 'nfvi_node',
    bestEffort: false,
    vnfcIds: ['a', 'b', 'c', 'd'].map(vnfcId),
    placed: [],
    ...change,
  });
  const names = (placed: readonly VnfcPlacement[]) => placed.map((berth) => berth.hostId);

  it('are filled one after the other by pack, and evenly by spread', () => {
    const asked = [pinned('a', 2), pinned('b', 2)];
    expect(new Set(names(berths(question(asked), three, used)))).toEqual(new Set(['h2']));
    const spread = names(berths(question(asked, { strategy: 'spread' }), three, used));
    expect(new Set(spread).size).toBe(2);
    expect(spread).not.toContain('h2');
  });

  it('are chosen by the seed where nothing else tells them apart', () => {
    const chosen = [1, 2, 3, 4, 5, 6, 7, 8].map(
      (seed) => names(berths(question([pinned('a', 2)], { seed }), three))[0],
    );
    expect(new Set(chosen).size).toBeGreaterThan(1);
  });

  it('differ under anti-affinity, counted with VNFCs that run already', () => {
    const asked = [demand('a'), demand('b')];
    const placed = names(berths(question(asked, { affinity: [rule({ placed: [hostId('h2')] })] }), three));
    expect([...placed].sort()).toEqual(['h1', 'h3']);
  });

  it('are the same under affinity, also where the first choice has no room for all', () => {
    const affinity = [rule({ kind: 'affinity' })];
    const asked = [pinned('a', 6), pinned('b', 6)];
    expect(names(berths(question(asked, { affinity }), three.slice(1), used))).toEqual(['h3', 'h3']);
  });

  it('differ in zone, or in group of zones, under rules of that scope', () => {
    const inZones = ['east/r1', 'east/r1', 'east/r2', 'west/r1'].map((zone, at) =>
      host(`z${String(at)}`, {}, { zone }),
    );
    const zonesOf = (scope: AffinityDemand['scope'], count: number) => {
      const asked = ['a', 'b', 'c', 'd'].slice(0, count).map((name) => demand(name));
      const result = place(question(asked, { affinity: [rule({ scope })] }), { hosts: inZones, claims: [] });
      const zone = (id: HostId) => inZones.find((one) => one.id === id)?.zone;
      return result.ok
        ? result.placements.map((berth) => zone(berth.hostId)).sort()
        : result.explanation.hosts[0]?.reasons;
    };
    expect(zonesOf('zone', 3)).toEqual(['east/r1', 'east/r2', 'west/r1']);
    expect(zonesOf('zone', 4)).toEqual(['anti-affinity rule r: another of its VNFCs is in zone east/r1']);
    expect(zonesOf('zone_group', 2)?.map((zone) => zone?.split('/')[0])).toEqual(['east', 'west']);
    expect(zonesOf('zone_group', 3)).toEqual(['anti-affinity rule r: another of its VNFCs is in zone group east']);
  });

  it('with capabilities that are liked come first, and others serve too', () => {
    const able = host('able');
    const rich = { ...able, facts: { ...able.facts, capabilities: ['fast-path'] } };
    const asked = demand('a', { likedCapabilities: ['fast-path', 'sgx'] });
    for (const seed of [1, 2, 3, 4]) {
      expect(names(berths(question([asked], { seed }), [three[0]!, rich, three[2]!]))).toEqual(['able']);
      expect(names(berths(question([asked], { seed }), [three[0]!]))).toEqual(['h1']);
    }
  });

  it('differ under best-effort anti-affinity while they can, and are shared when they must', () => {
    const affinity = [rule({ bestEffort: true })];
    const asked = ['a', 'b', 'c', 'd'].map((name) => demand(name));
    expect(new Set(names(berths(question(asked.slice(0, 3), { affinity }), three))).size).toBe(3);
    expect(new Set(names(berths(question(asked, { affinity }), three))).size).toBe(3);
  });

  it('are those asked for, and never those ruled out', () => {
    expect(one(demand('a', { onlyHosts: [hostId('h3')] }), three).hostId).toBe('h3');
    expect(one(demand('a', { excludeHosts: [hostId('h1'), hostId('h2')] }), three).hostId).toBe('h3');
    const none = demand('a', { onlyHosts: [hostId('h3')], excludeHosts: [hostId('h3')] });
    const { explanation } = place(question([none]), { hosts: three, claims: [] });
    expect(explanation.hosts[2]?.reasons).toEqual(['is ruled out by the request']);
  });

  it('give a CPU model that is their own or that their domain capabilities offer', () => {
    const [plain] = three;
    const offering = host('h4');
    const facts = { ...offering.facts, capabilities: ['cpu-model=Nehalem'] };
    const on = (cpuModel: string) => {
      const result = place(question([demand('a', { cpuModel })]), {
        hosts: [plain!, { ...offering, facts }],
        claims: [],
      });
      return result.ok ? result.placements[0]?.hostId : undefined;
    };
    expect([on('Nehalem'), on('Broadwell')]).toEqual(['h4', undefined]);
    expect(on('Skylake-Server')).toBeDefined();
  });

  it('that put more shared vCPUs on a CPU than the VDU bears are refused', () => {
    const { explanation } = place(question([demand('a', { maxSharedCpuRatio: 2 })]), { hosts: three, claims: [] });
    expect(explanation.hosts[0]?.reasons).toEqual(['puts up to 4 shared vCPUs on a CPU, the VDU bears 2']);
  });
});

describe('the answer', () => {
  it('puts the disk into the first pool of the host that has room, and the next VNFC where the first had none', () => {
    const plain = host('h1');
    const pool = (name: string, availableMiB: number) => ({ name, path: `/${name}`, capacityMiB: 9000, availableMiB });
    const pools = [pool('fast', 3000), pool('slow', 9000), pool('spare', 9000)];
    const hosts = [{ ...plain, facts: { ...plain.facts, pools } }];
    const placed = berths(question(['a', 'b', 'c'].map((name) => demand(name, { diskMiB: 2000 }))), hosts);
    expect(placed.map((berth) => berth.pool)).toEqual(['fast', 'slow', 'slow']);
    expect(one(demand('a', { diskMiB: 4000 }), hosts).pool).toBe('slow');
  });

  it('to no demand is an empty placement', () => {
    expect(berths(question([]), [host('h1')])).toEqual([]);
  });

  it('comes in the order of the question', () => {
    const placed = berths(question([demand('a'), pinned('b', 4), pinned('c', 2)]), [host('h1')]);
    expect(placed.map((berth) => berth.vnfcId)).toEqual(['a', 'b', 'c']);
  });

  it('says when the budget and not the fleet was the limit', () => {
    const asked = Array.from({ length: 6 }, (_, at) => pinned(`v${String(at)}`, 2));
    const { explanation } = place(question(asked, { budget: 3 }), { hosts: [host('h1')], claims: [] });
    expect(explanation.decision).toBe('budget-exhausted');
    expect(explanation.summary).toMatch(/^The search stopped after 3 cases, its budget of 3/);
  });

  it('is a refusal, not a lack of budget, when one VNFC more than hosts must stand apart', () => {
    const hosts = Array.from({ length: 9 }, (_, at) => host(`h${String(at)}`));
    const asked = Array.from({ length: 10 }, (_, at) => demand(`v${String(at)}`));
    const apart = { id: 'apart', kind: 'anti-affinity', scope: 'nfvi_node', bestEffort: false, placed: [] } as const;
    const affinity = [{ ...apart, vnfcIds: asked.map((each) => each.vnfcId) }];
    const { explanation } = place(question(asked, { affinity }), { hosts, claims: [] });
    expect([explanation.decision, explanation.hosts.every((verdict) => !verdict.fits)]).toEqual(['refused', true]);
    expect(explanation.summary).toContain('beside the 9 placed before it (of 10 together)');
  });

  it('is a refusal at once when one VNFC of many fits nowhere, whatever the others', () => {
    const hosts = Array.from({ length: 30 }, (_, at) => host(`h${String(at)}`));
    const asked = [...['a', 'b', 'c', 'd'].map((name) => pinned(name, 4)), demand('lost', { zone: 'z9' })];
    const { explanation } = place(question(asked, { budget: 200 }), { hosts, claims: [] });
    expect([explanation.decision, explanation.subject]).toEqual(['refused', 'lost']);
  });

  it('survives JSON with its explanation', () => {
    const result = place(question([demand('a')]), { hosts: [host('h1')], claims: [] });
    expect(JSON.parse(JSON.stringify(result))).toEqual({ ...result });
    expect(result.explanation.summary).toBe('1 VNFC placed on h1.');
  });
});
