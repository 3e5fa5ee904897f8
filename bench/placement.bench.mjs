/**
 * How many placement decisions a second, how that grows with the fleet, what a refusal costs with all its reasons, and
 * how full a fleet gets before the first refusal, beside taking the first host that fits.
 */
import { ensureBuilt } from '../scripts/lib/build.mjs';
import { chance, host, neighbour, question, snapshot, stateNames, upf } from './placement-fleet.mjs';

export const description = 'placement decisions a second on fleets of 100 to 10,000 hosts, and the cost of a refusal';

/** The last two sizes are compared. */
const whole = { sizes: [100, 1000, 10_000], warmUp: 2000, measured: 10_000 };
const refusals = 20;
/** The explanation of one decision in so many is read, as the workflow reads each. */
const explainedEach = 500;

async function functionsUnderMeasure() {
  await ensureBuilt();
  const [placing, fleet, claims, berths, effort, ask, kept] = await Promise.all([
    import('../dist/placement/place.js'),
    import('../dist/inventory/capacity-index.js'),
    import('../dist/inventory/claims.js'),
    import('../dist/placement/search/berths.js'),
    import('../dist/placement/search/effort.js'),
    import('../dist/placement/question/ask.js'),
    import('../dist/placement/explanation/kept-refusals.js'),
  ]);
  const refusals = new kept.KeptRefusals();
  const place = (asked, index) => placing.placeInFleet(asked, index, refusals);
  return { ...fleet, ...claims, ...berths, ...effort, ...ask, place };
}

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
function msOf(read) {
  const from = performance.now();
  read();
  return performance.now() - from;
}

const rounded = (value) => Number(value.toPrecision(3));

/** Places, claims, and lets the oldest go, so that the fleet stays as full as it was. */
function decisions(berth, start, { warmUp, measured }) {
  const times = [];
  const explained = [];
  const standing = [];
  let fleet = start;
  let changesMs = 0;
  for (let nth = 0; nth < warmUp + measured; nth += 1) {
    const demand = upf(`new-${nth}`);
    const asked = question(demand, { seed: nth });
    const from = performance.now();
    const result = berth.place(asked, fleet);
    const ms = performance.now() - from;
    if (!result.ok) throw new Error(result.explanation.summary);
    if (nth % explainedEach === 0) explained.push(msOf(() => result.explanation));
    const claims = berth.claimsOf(result.placements[0], demand, 'op');
    const changeFrom = performance.now();
    fleet = berth.withClaims(fleet, claims);
    if (nth >= warmUp) changesMs += performance.now() - changeFrom;
    standing.push(claims);
    if (standing.length > 50) fleet = berth.withoutClaims(fleet, standing.shift());
    if (nth >= warmUp) times.push(ms);
  }
  times.sort((a, b) => a - b);
  const sum = times.reduce((total, one) => total + one, 0);
  return {
    decisionsPerSecond: Math.round((measured / sum) * 1000),
    p50Ms: rounded(percentile(times, 0.5)),
    p99Ms: rounded(percentile(times, 0.99)),
    indexUpdateMs: rounded(changesMs / measured),
    explainedMs: rounded(
      percentile(
        explained.sort((a, b) => a - b),
        0.5,
      ),
    ),
  };
}

/** More pages than a cell has, and each time more: no host fits, and every one says again why. */
function refusalMs(berth, fleet) {
  const times = Array.from({ length: refusals }, (_, nth) => {
    const memoryMiB = (161 + nth) * 1024;
    const tooLarge = upf('too-large', { memoryMiB, guestCells: [{ vcpus: 8, memoryMiB }] });
    const from = performance.now();
    const { ok, explanation } = berth.place(question(tooLarge), fleet);
    if (ok || explanation.hosts.length !== fleet.size) throw new Error('the refusal does not explain every host');
    return performance.now() - from;
  });
  return rounded(times.sort((a, b) => a - b)[refusals / 2]);
}

const fillHosts = 60;

function withoutCards(name) {
  const one = host(name);
  return { ...one, facts: { ...one.facts, pciFunctions: [] } };
}

const dedicable = 124;

/** A mix: hosts, some with cards, and VNFCs without end, some of which need a card. */
function mixOf(seed) {
  const random = chance(seed);
  const hosts = Array.from({ length: fillHosts }, (_, at) =>
    random() < 0.4 ? host(`h${at}`) : withoutCards(`h${at}`),
  );
  const next = (nth) => (random() < 0.25 ? upf(`v${nth}`, sized(random)) : neighbour(`v${nth}`, random, 0));
  return { hosts, next };
}

const mean = (share) => {
  const seeds = [1, 2, 3, 4, 5];
  return rounded(seeds.reduce((sum, seed) => sum + share(mixOf(seed)), 0) / seeds.length);
};

/** Share of CPUs dedicated when the first VNFC is refused; the mean of several mixes. */
const filledShare = (berth, choose) =>
  mean(({ hosts, next }) => {
    let fleet = berth.capacityIndexOf({ hosts, claims: [] });
    let cpus = 0;
    for (let nth = 0; ; nth += 1) {
      const demand = next(nth);
      const placed = choose(demand, fleet);
      if (placed === undefined) return cpus / (fillHosts * dedicable);
      const claims = berth.claimsOf(placed, demand, 'op');
      cpus += claims.filter((claim) => claim.kind === 'cpu').length;
      fleet = berth.withClaims(fleet, claims);
    }
  });

/**
 * The share that no placement of the same VNFCs could exceed: those that need a card have used up the CPUs of all hosts
 * with one, whatever the others do.
 */
const ceilingShare = () =>
  mean(({ hosts, next }) => {
    const withCards = hosts.filter((one) => one.facts.pciFunctions.length > 0).length * dedicable;
    let [near, all] = [0, 0];
    for (let nth = 0; ; nth += 1) {
      const { vcpus, threadPolicy, pciFunctions } = next(nth);
      const cpus = threadPolicy === 'isolate' ? 2 * vcpus : vcpus;
      if (pciFunctions.length > 0) near += cpus;
      if (near > withCards || all + cpus > fillHosts * dedicable) return all / (fillHosts * dedicable);
      all += cpus;
    }
  });

function sized(random) {
  const vcpus = [4, 8, 16, 24][Math.floor(random() * 4)];
  return { vcpus, dedicatedVcpus: vcpus, guestCells: [{ vcpus, memoryMiB: 8192 }] };
}

/** The first host in the list that fits, its cells in order. */
function firstFit(berth) {
  return (demand, fleet) => {
    const ask = berth.askOf(demand);
    let found;
    const visit = (one) => ((found = { vnfcId: demand.vnfcId, ...one }), true);
    for (const free of berth.freeHosts(fleet)) {
      const cellOrder = () => [...free.cells.keys()];
      const effort = berth.effortOf(10_000);
      if (berth.eachBerth({ free, ask, thrift: 'siblings', cellOrder, effort, visit })) return found;
    }
    return undefined;
  };
}

/** A smaller wish shows that the bench works, and measures nothing. */
export async function bench(say, wish = whole) {
  const berth = await functionsUnderMeasure();
  const results = [];
  for (const size of wish.sizes) {
    for (const state of stateNames) {
      const { hosts, claims } = snapshot(berth, size, state);
      const fleet = berth.capacityIndexOf({ hosts, claims });
      const result = { hosts: size, state, ...decisions(berth, fleet, wish), refusalMs: refusalMs(berth, fleet) };
      say(`${size} hosts, ${state}: ${JSON.stringify(result)}`);
      results.push(result);
    }
  }
  const p50 = (size, state) => results.find((one) => one.hosts === size && one.state === state).p50Ms;
  const [smaller, larger] = wish.sizes.slice(-2);
  const growth = Object.fromEntries(
    stateNames.map((state) => [state, rounded(p50(larger, state) / p50(smaller, state))]),
  );
  const filled = {
    berth: filledShare(berth, (demand, fleet) => berth.place(question(demand), fleet).placements?.[0]),
    firstFit: filledShare(berth, firstFit(berth)),
    ceiling: ceilingShare(),
  };
  return { rows: rows(results, growth, filled), figures: { results, growth1000To10000: growth, filledShare: filled } };
}

const heading = [
  'hosts',
  'state',
  'decisions/s',
  'p50 ms',
  'p99 ms',
  'index update ms',
  'explained ms',
  'refusal explained ms',
];

function rows(results, growth, filled) {
  const line = (one) => Object.values(one).map(String);
  const growths = Object.entries(growth).map(([state, value]) => ['1,000 -> 10,000', state, `p50 x ${value}`]);
  return [
    heading,
    ...results.map(line),
    ...growths,
    ['filled before the first refusal', `${filled.berth}`, `first fit ${filled.firstFit}`, `at most ${filled.ceiling}`],
  ];
}
