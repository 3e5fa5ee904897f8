/**
 * Reading what a guest's status command printed (docs/vnf-guest-contract.md). Guests are not trusted: sizes are
 * checked before parsing, and the result is bounded.
 */
import { printable } from '../../shared/printable.js';
import type { GuestStatus } from '../hosts/fleet-view.js';
import { takeInterfaces } from './guest-interfaces.js';
import { takeLabelled } from './guest-labelled.js';
import { isJsonObject, type JsonObject } from '../../shared/json-object.js';

/** Ten times the size of a status with 200 numbers and an interface list. */
export const mostStatusChars = 64 * 1024;
/** Counters and gauges together. */
export const mostNumbers = 200;
const mostWords = 300;
const roleForm = /^[a-z][a-z0-9-]{0,30}$/;
/** Names that begin with `per_` are those of numbers with a label. */
const nameForm = /^(?!per_)[a-z][a-z0-9_]{0,80}$/;

const snake = (text: string): string =>
  text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();

/** Text of a guest as it is kept and shown: without control characters, and short. */
export function guestWords(text: string): string {
  // Truncated first, so that the rest is not processed.
  const words = printable(text.slice(0, mostWords * 2)).trim();
  return text.length <= mostWords * 2 && words.length <= mostWords ? words : `${words.slice(0, mostWords)}…`;
}

/** Anything that is not the contract's JSON reads as not healthy, with the reason in `detail`. */
export function readGuestStatus(stdout: string, atMs: number): GuestStatus {
  if (stdout.length > mostStatusChars)
    return broken(atMs, `the status command printed ${stdout.length} characters; at most ${mostStatusChars} are read`);
  const json = parse(stdout);
  if (!isJsonObject(json))
    return broken(atMs, `the status command printed no JSON object: "${guestWords(stdout.slice(0, 80))}"`);
  if (typeof json['ready'] !== 'boolean') return broken(atMs, 'the status has no boolean member "ready"');
  const numbers = takeNumbers(json);
  const interfaces = takeInterfaces(json['interfaces']);
  return {
    atMs,
    healthy: json['ready'],
    detail: [reasonIn(json, json['ready']), ...refusal(numbers.refused)].join('; '),
    ...roleIn(json),
    ...numbers,
    ...(interfaces.length > 0 && { interfaces }),
  };
}

/** The status of a guest that returned none. */
export const broken = (atMs: number, detail: string): GuestStatus => ({
  atMs,
  healthy: false,
  detail,
  counters: {},
  gauges: {},
  refused: 0,
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function reasonIn({ reason }: JsonObject, isReady: boolean): string {
  const said = typeof reason === 'string' ? guestWords(reason) : '';
  return said === '' ? (isReady ? 'ready' : 'not ready') : said;
}

const roleIn = ({ role }: JsonObject): Pick<GuestStatus, 'role'> =>
  typeof role === 'string' && roleForm.test(role) ? { role } : {};

const refusal = (refused: number): readonly string[] =>
  refused === 0
    ? []
    : [`${refused} of its numbers are refused: at most ${mostNumbers} are kept, named like packets_forwarded`];

type Numbers = Pick<GuestStatus, 'counters' | 'gauges' | 'labelled' | 'refused'>;

/** The first ones, gauges after counters; the rest is counted. */
function takeNumbers(json: JsonObject): Numbers {
  const counters = numbersOf(json['counters'], (name, value) => [name.replace(/_total$/, ''), value >= 0]);
  // The name that a counter is shown by: a gauge of it would make the counters of other guests gauges.
  const gauges = numbersOf(json['gauges'], (name) => [name, !name.endsWith('_total')]);
  const own = numbersOf({ uptimeSeconds: json['uptimeSeconds'] }, (name) => [name, true]);
  const takenCounters = first(counters.good, mostNumbers);
  const takenGauges = first(gauges.good, mostNumbers - takenCounters.length);
  const { labelled, refused } = takeLabelled(json['labelled'], json['labelledGauges']);
  const left = counters.good.size + gauges.good.size - takenCounters.length - takenGauges.length;
  return {
    counters: Object.fromEntries(takenCounters),
    gauges: { ...Object.fromEntries(takenGauges), ...Object.fromEntries(own.good) },
    ...(labelled.length > 0 && { labelled }),
    refused: counters.bad + gauges.bad + left + refused,
  };
}

const first = (numbers: ReadonlyMap<string, number>, count: number) => [...numbers].slice(0, count);

/** Numbers by name in snake case; how many have a name or a value that will not do. What is no number is no matter. */
function numbersOf(
  value: unknown,
  rule: (name: string, value: number) => readonly [name: string, isGood: boolean],
): { readonly good: ReadonlyMap<string, number>; readonly bad: number } {
  const good = new Map<string, number>();
  let bad = 0;
  for (const [said, number] of isJsonObject(value) ? Object.entries(value) : []) {
    if (typeof number !== 'number' || !Number.isFinite(number)) continue;
    const [name, isGood] = rule(snake(said), number);
    if (isGood && nameForm.test(name)) good.set(name, number);
    else bad += 1;
  }
  return { good, bad };
}
