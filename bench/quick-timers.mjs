/**
 * Loaded into a server whose days pass in minutes: what waits for a minute or longer waits for as small a part of it as
 * `BENCH_TIMES_FASTER` says. Shorter waits, those of steps and leases among them, stay as they are.
 */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import promises from 'node:timers/promises';

const longMs = 60_000;
const factor = Number(process.env.BENCH_TIMES_FASTER);
if (!(factor >= 1)) throw new Error('BENCH_TIMES_FASTER is to say how much faster long waits pass');
const quick = (ms) => (ms >= longMs ? ms / factor : ms);

const { setTimeout: later, setInterval: repeatedly } = globalThis;
globalThis.setTimeout = Object.assign((work, ms, ...rest) => later(work, quick(ms), ...rest), later);
globalThis.setInterval = (work, ms, ...rest) => repeatedly(work, quick(ms), ...rest);
const sleep = promises.setTimeout;
promises.setTimeout = (ms, ...rest) => sleep(quick(ms), ...rest);
Object.assign(timers, { setTimeout: globalThis.setTimeout, setInterval: globalThis.setInterval });
syncBuiltinESMExports();
