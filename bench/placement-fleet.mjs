/**
 * Fleets for the placement bench: hosts of 2 cells x 32 cores with SMT, pages of 2 MiB and 1 GiB, and 2 cards of 16 VFs
 * each; empty, half full, or half full and fragmented by what came and went. Chance comes from a seed.
 */
const cells = 2;
const coresPerCell = 32;
const threads = 2;
const vfsPerCard = 16;
const GiBPerCell = 256;

const range = (count) => Array.from({ length: count }, (_, at) => at);

/** mulberry32. */
export function chance(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function cell(id) {
  const first = id * coresPerCell * threads;
  const cpus = range(coresPerCell).flatMap((core) => {
    const siblings = range(threads).map((thread) => first + core * threads + thread);
    return siblings.map((cpu) => ({ id: cpu, socket: id, core: id * coresPerCell + core, siblings }));
  });
  const hugepages = [
    { pageSizeKiB: 2048, total: 16_384, foreign: 0 },
    { pageSizeKiB: 1_048_576, total: 160, foreign: 0 },
  ];
  const distances = range(cells).map((other) => (other === id ? 10 : 21));
  return { id, memoryMiB: GiBPerCell * 1024, cpus, hugepages, distances };
}

function card(at) {
  const common = {
    cell: at,
    vendorId: '8086',
    deviceId: '1572',
    physicalNetwork: 'physnet1',
    trustCapable: true,
    rateCapable: true,
  };
  const pf = { ...common, address: `0000:0${at + 1}:00.0`, kind: 'pf' };
  const vf = (nth) => ({ ...common, address: `0000:0${at + 1}:02.${nth}`, kind: 'vf', parent: pf.address });
  return [pf, ...range(vfsPerCard).map(vf)];
}

export function host(name) {
  return {
    id: name,
    zone: 'z1',
    adminState: 'active',
    reachable: true,
    facts: {
      hostname: name,
      uuid: name,
      architecture: 'x86_64',
      cpuModel: 'Icelake-Server',
      cpuVendor: 'Intel',
      cpuFeatures: ['aes', 'avx512f'],
      hypervisor: { name: 'simulated', version: '1', libvirtVersion: '1', type: 'simulated' },
      acceleration: {
        kind: 'simulated',
        technology: 'none',
        reason: '',
        overridden: false,
        probeKey: '',
        probedAtMs: 0,
      },
      cells: range(cells).map(cell),
      pciFunctions: range(cells).flatMap(card),
      pools: [{ name: 'default', path: '/pool', capacityMiB: 4_000_000, availableMiB: 4_000_000 }],
      networks: [{ name: 'data', kind: 'bridge' }],
      machines: [],
      capabilities: [],
    },
    reserved: { sharedCpus: [0, 1, 64, 65], memoryMiBPerCell: [4096, 4096] },
    sharedCpuRatio: 4,
    generation: 0,
  };
}

/** Pinned sibling pairs, 1 GiB pages and two VFs, all on one cell. */
export function upf(name, change = {}) {
  const { vcpus = 8, memoryMiB = 8192 } = change;
  const vf = (cpdId) => ({ cpdId, kind: 'vf', physicalNetwork: 'physnet1', cellPolicy: 'required' });
  return {
    vnfcId: name,
    vnfInstanceId: `of-${name}`,
    vduId: 'upf',
    vcpus,
    cpuPolicy: 'dedicated',
    dedicatedVcpus: vcpus,
    threadPolicy: 'require',
    emulatorPolicy: 'shared',
    memoryMiB,
    pageSize: 1_048_576,
    guestCells: [{ vcpus, memoryMiB }],
    numaStrict: true,
    diskMiB: 10_240,
    networks: ['data'],
    pciFunctions: [vf('n3'), vf('n6')],
    cpuFeatures: [],
    capabilities: [],
    ...change,
  };
}

/** Others that are about: odd counts, small pages, no VFs. */
export function neighbour(name, random, withVf = 0.4) {
  const vcpus = 1 + Math.floor(random() * 7);
  const isSmall = random() < 0.5;
  return upf(name, {
    vcpus,
    dedicatedVcpus: vcpus,
    memoryMiB: isSmall ? 2048 : 4096,
    guestCells: [{ vcpus, memoryMiB: isSmall ? 2048 : 4096 }],
    pageSize: isSmall ? 2048 : 1_048_576,
    threadPolicy: random() < 0.3 ? 'isolate' : 'prefer',
    pciFunctions: random() < withVf ? upf('x').pciFunctions.slice(0, 1) : [],
  });
}

export const question = (demand, change = {}) => ({
  demands: [demand],
  affinity: [],
  seed: 1,
  budget: 20_000,
  strategy: 'pack',
  ...change,
});

/** Claims of standing VNFCs, host by host: `share` of the CPUs after `churn` of what was placed has left again. */
function stand(berth, one, random, share, churn) {
  const { capacityIndexOf, withClaims, place } = berth;
  const target = cells * coresPerCell * threads * share;
  const placed = [];
  let fleet = capacityIndexOf({ hosts: [one], claims: [] });
  let cpus = 0;
  for (let nth = 0; cpus < target / (1 - churn); nth += 1) {
    const name = `${one.id}-${nth}`;
    const demand = random() < 0.3 ? upf(name) : neighbour(name, random);
    const result = place(question(demand), fleet);
    if (!result.ok) break;
    const claims = berth.claimsOf(result.placements[0], demand, 'standing');
    fleet = withClaims(fleet, claims);
    cpus += demand.vcpus;
    placed.push(claims);
  }
  return placed.filter(() => random() >= churn).flat();
}

const states = { empty: [0, 0], 'half full': [0.5, 0], fragmented: [0.5, 0.45] };

/** `berth` holds the functions under measure. Alike hosts are made in 50 patterns, so that large fleets are made quickly. */
export function snapshot(berth, size, state) {
  const random = chance(size);
  const [share, churn] = states[state];
  const hosts = range(size).map((at) => host(`host-${String(at).padStart(5, '0')}`));
  const uneven = (at) => (share === 0 ? 0 : share - 0.3 + 0.6 * ((at % 50) / 49));
  const patterns = hosts.slice(0, 50).map((one, at) => stand(berth, one, random, uneven(at), churn));
  const claims = hosts.flatMap((one) => {
    const pattern = patterns[Math.floor(random() * patterns.length)] ?? [];
    return pattern.map((claim) => ({
      ...claim,
      hostId: one.id,
      vnfcId: `${one.id}/${claim.vnfcId}`,
      vnfInstanceId: `${one.id}/${claim.vnfInstanceId}`,
    }));
  });
  return { hosts, claims };
}

export const stateNames = Object.keys(states);
