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
  return {
    counters: byName(plain('counter'), (each) => counted(each, seconds)),
    gauges: { ...byName(plain('gauge'), (each) => momentary(each, seconds)), simulated: 1 },
    labelled: byLabel(of('labelled counter'), (each) => counted(each, seconds)),
    labelledGauges: byLabel(of('labelled gauge'), (each) => momentary(each, seconds)),
  };
}

type ValueOf = (indicator: GuestIndicator) => number;

const byName = (list: readonly GuestIndicator[], valueOf: ValueOf): Readonly<Record<string, number>> =>
  Object.fromEntries(list.map((each) => [each.name, valueOf(each)]));

function byLabel(list: readonly GuestIndicator[], valueOf: ValueOf): Labelled {
  const groups = Map.groupBy(list, ({ label = '' }) => label);
  return Object.fromEntries(
    [...groups].map(([label, members]) => {
      const numbers = byName(members, valueOf);
      return [label, Object.fromEntries((things[label] ?? ['one', 'other']).map((thing) => [thing, numbers]))];
    }),
  );
}

const bytesPerPacket = 512;
const perSecond = { usual: 100, trouble: 0.2, message: 1 };
/** Names of what should not happen; a little of it does. */
const trouble =
  /drop|denied|discard|fail|lost|malformed|refused|stray|stranger|duplicate|unanswered|error|given_up|no_route|left_out|retrans|foreign|cut$/;

/** What comes in goes on or is dropped. */
function counted({ name, unit }: GuestIndicator, seconds: number): number {
  const packets = (rate: number): number => Math.floor(rate * seconds);
  const isTrouble = trouble.test(name);
  if (unit !== 'packets' && unit !== 'bytes') return packets(isTrouble ? perSecond.trouble : perSecond.message);
  const whole = /_in_(packets|bytes)$/.test(name) ? packets(perSecond.usual) + packets(perSecond.trouble) : undefined;
  const amount = whole ?? packets(isTrouble ? perSecond.trouble : perSecond.usual);
  return unit === 'bytes' ? amount * bytesPerPacket : amount;
}

const MiB = 1024 * 1024;

/** The first that fits the name. */
const levels: readonly (readonly [name: RegExp, value: number])[] = [
  [/_limit_bytes$/, 64 * MiB],
  [/_used_bytes$/, 8 * MiB],
  [/_bytes$/, 128 * MiB],
  [/_limit$|^ipv4_addresses$|^ipv6_prefixes$/, 1000],
  [/failed|buffered|held|shadowed/, 0],
  [/used$|entries$|sessions$|teids$|pdrs$|ue_routes$|prefixes_received$|^routes$/, 100],
];

/** What is used comes and goes a little. */
function momentary({ name, unit }: GuestIndicator, seconds: number): number {
  if (unit === '0 or 1') return 1;
  const level = levels.find(([form]) => form.test(name))?.[1] ?? 2;
  return level === 100 ? level + Math.round(10 * Math.sin(seconds / 60)) : level;
}
