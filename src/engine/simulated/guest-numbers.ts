/**
 * Numbers that a simulated guest reports in the role of its VDU: made up, as no program of the image runs. Their names are
 * those of the VNF's own list (vnf-catalog: `indicators.json`), their values grow with the clock, so that what reads them can
 * be tried without a real guest. The gauge `simulated` marks them.
 */

/** A number of a VNF's list, as far as it matters here. */
export interface GuestIndicator {
  readonly kind: 'counter' | 'gauge' | 'labelled counter' | 'labelled gauge';
  readonly name: string;
  readonly unit: string;
  /** What the numbers of a kind of things are of: the name of that kind. */
  readonly label?: string;
  /** It is reported only then. */
  readonly when?: string;
}

/** What guests report, by role; the role of a guest is the id of its VDU. */
export type GuestRoles = ReadonlyMap<string, readonly GuestIndicator[]>;

interface GuestNumbers {
  readonly counters: Readonly<Record<string, number>>;
  readonly gauges: Readonly<Record<string, number>>;
  readonly labelled: Labelled;
  readonly labelledGauges: Labelled;
}

type Labelled = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;

/** Two things of each kind. */
const things: Readonly<Record<string, readonly string[]>> = {
  bgpneighbor: ['192.0.2.1', '2001:db8::1'],
  ospfinterface: ['east', 'west'],
  ospf6interface: ['east', 'west'],
  rule: ['dns', 'web'],
  zones: ['inside/outside', 'outside/inside'],
  updropreason: ['gate_closed', 'no_session'],
  downdropreason: ['gate_closed', 'no_session'],
  n4message: ['heartbeat_request', 'session_modification_request'],
  n4cause: ['request_accepted', 'session_context_not_found'],
  networkinstance: ['access/n3', 'internet/n6'],
  pool: ['internet'],
};

export function guestNumbers(list: readonly GuestIndicator[], seconds: number): GuestNumbers {
  const of = (kind: GuestIndicator['kind']) => list.filter((each) => each.kind === kind);
  // The clock of a guest is in its status already; what depends on the document of a real guest is not guessed at.
  const plain = (kind: 'counter' | 'gauge') =>
    of(kind).filter(({ name, when }) => name !== 'uptimeSeconds' && when === undefined);
  // Of one moment, or what adds up would not while it grows.
  const moment = Math.floor(seconds);
  return {
    counters: byName(plain('counter'), (each) => counted(each, moment)),
    gauges: { ...byName(plain('gauge'), (each) => momentary(each, moment)), simulated: 1 },
    labelled: byLabel(of('labelled counter'), (each, share) => counted(each, moment, share)),
    labelledGauges: byLabel(of('labelled gauge'), (each, share) => momentary(each, moment, share)),
  };
}

/** Which of how many things of a kind: together they have what the guest has. */
interface Share {
  readonly at: number;
  readonly of: number;
}

const whole: Share = { at: 0, of: 1 };
/** Of these kinds each thing has as much as the guest in one direction, or of its own. */
const notShared = new Set(['networkinstance', 'n4message', 'n4cause', 'pool']);

type ValueOf = (indicator: GuestIndicator, share: Share) => number;

const byName = (list: readonly GuestIndicator[], valueOf: ValueOf, share = whole): Readonly<Record<string, number>> =>
  Object.fromEntries(list.map((each) => [each.name, valueOf(each, share)]));

function byLabel(list: readonly GuestIndicator[], valueOf: ValueOf): Labelled {
  const groups = Map.groupBy(list, ({ label = '' }) => label);
  return Object.fromEntries(
    [...groups].map(([label, members]) => {
      const all = things[label] ?? ['one', 'other'];
      const shareOf = (at: number): Share => (notShared.has(label) ? whole : { at, of: all.length });
      return [label, Object.fromEntries(all.map((thing, at) => [thing, byName(members, valueOf, shareOf(at))]))];
    }),
  );
}

/** A part of a whole number: the parts add up to it, and none shrinks as it grows. */
const partOf = (number: number, { at, of }: Share): number => Math.floor((number + of - 1 - at) / of);

const bytesPerPacket = 512;
const perSecond = { usual: 100, trouble: 0.2, message: 1 };
const { usual, trouble, message } = perSecond;

/**
 * What is added up each second, by the first that fits the name, behind that of its kind of things. What comes in goes on
 * or is dropped, for a reason; what is buffered goes on later or is given up; paths that fail come back.
 */
const rates: readonly (readonly [name: RegExp, perSecond: readonly number[]])[] = [
  [/set_aside$/, []],
  [/^buffer_packets$/, [message, trouble]],
  [/^buffer_drained_packets$/, [message]],
  [/^sessions_established$/, [message, message]],
  [/_in_(packets|bytes)$|^networkinstance received_bytes$/, [usual, trouble]],
  // Names of what should not happen; a little of it does.
  [
    /drop|denied|discard|fail|lost|malformed|refused|stray|stranger|duplicate|unanswered|error|given_up|no_route|left_out|not_sent|retrans|foreign|recoveries|cut$/,
    [trouble],
  ],
];

function counted(indicator: GuestIndicator, seconds: number, share = whole): number {
  const { label, name, unit } = indicator;
  const isTraffic = unit === 'packets' || unit === 'bytes';
  const fullName = label === undefined ? name : `${label} ${name}`;
  const added = rates.find(([form]) => form.test(fullName))?.[1] ?? [isTraffic ? usual : message];
  const soFar = added.reduce((sum, rate) => sum + Math.floor(rate * seconds), startOf(name, seconds));
  return partOf(soFar, share) * (unit === 'bytes' ? bytesPerPacket : 1);
}

/** Sessions that are there began too. */
const startOf = (name: string, seconds: number): number =>
  name === 'sessions_established' ? comingAndGoing(seconds) : 0;

const MiB = 1024 * 1024;

/** The first that fits the name. */
const levels: readonly (readonly [name: RegExp, value: number])[] = [
  [/_limit_bytes$/, 64 * MiB],
  [/_used_bytes$/, 8 * MiB],
  [/_bytes$/, 128 * MiB],
  [/_limit$|^ipv4_addresses$|^ipv6_prefixes$/, 1000],
  [/failed|buffered|held|shadowed/, 0],
];
const isUsed = /used$|entries$|sessions$|teids$|pdrs$|ue_routes$|prefixes_received$|^routes$/;

/** What is used comes and goes a little. */
const comingAndGoing = (seconds: number): number => 100 + Math.round(10 * Math.sin(seconds / 60));

function momentary({ name, unit }: GuestIndicator, seconds: number, share = whole): number {
  if (unit === '0 or 1') return 1;
  const level = levels.find(([form]) => form.test(name))?.[1];
  return partOf(level ?? (isUsed.test(name) ? comingAndGoing(seconds) : 2), share);
}
