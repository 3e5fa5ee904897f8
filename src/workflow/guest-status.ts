/**
 * Reading what a guest's status command printed (docs/vnf-guest-contract.md).
 */
import type { GuestStatus } from './fleet-view.js';

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const snake = (text: string): string =>
  text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();

/** Anything that is not the contract's JSON reads as not healthy, with the reason in `detail`. */
export function readGuestStatus(stdout: string, atMs: number): GuestStatus {
  const json = parse(stdout);
  if (!isRecord(json))
    return broken(atMs, `the status command printed no JSON object: "${stdout.slice(0, 80).trim()}"`);
  if (typeof json['ready'] !== 'boolean') return broken(atMs, 'the status has no boolean member "ready"');
  return {
    atMs,
    healthy: json['ready'],
    detail:
      typeof json['reason'] === 'string' && json['reason'] !== ''
        ? json['reason']
        : json['ready']
          ? 'ready'
          : 'not ready',
    counters: numbersOf(json['counters']),
    gauges: { ...numbersOf(json['gauges']), ...numbersOf({ uptimeSeconds: json['uptimeSeconds'] }) },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const broken = (atMs: number, detail: string): GuestStatus => ({
  atMs,
  healthy: false,
  detail,
  counters: {},
  gauges: {},
});

function numbersOf(value: unknown): Readonly<Record<string, number>> {
  if (!isRecord(value)) return {};
  const numbers = Object.entries(value).filter((entry): entry is [string, number] => Number.isFinite(entry[1]));
  return Object.fromEntries(numbers.map(([name, number]) => [snake(name), number]));
}
