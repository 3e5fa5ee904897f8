/**
 * The whole Berth as a process on the hosts of a lab, over mutual TLS: compiled from the sources as they stand, so that it
 * can be killed like one and started again on the same data.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { berthConfiguration } from '../../src/lab/berth-configuration.js';
import { listOf } from '../api/door.js';
import { compileBerth, runCommand, startBerth, type BerthProcess } from '../libvirt/berth-program.js';
import { soon } from '../libvirt/soon.js';
import type { TestLab } from './lab-under-test.js';

type HostConfiguration = ReturnType<typeof berthConfiguration>['hosts'][number];

export interface BerthOnLab {
  /** The one that was started last. */
  readonly berth: () => BerthProcess;
  /** Starts it again on the same data; the one before has ended. */
  start(): Promise<BerthProcess>;
  /** Runs `berth` on the command line, against the Berth that runs now; answers what it printed. */
  command(...args: readonly string[]): Promise<string>;
  end(): Promise<void>;
}

export interface BerthOnLabWish {
  /** Bends what the lab says of a host. */
  readonly host?: (host: HostConfiguration) => object;
  /** Beside the hosts. */
  readonly more?: object;
  /** Of the program. */
  readonly under?: readonly string[];
}

/** Calls to a host of the lab take seconds. */
export const hostLimitMs = 180_000;

/** Once every host of the lab is reachable. */
export async function berthOnLab(lab: TestLab, { host, more, under = [] }: BerthOnLabWish = {}): Promise<BerthOnLab> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-on-lab-'));
  const started: BerthProcess[] = [];
  const end = async (): Promise<void> => {
    for (const one of started) await one.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const program = { ...compileBerth(join(folder, 'berth')), under };
    const hosts = lab.configuration.hosts.map((each) => host?.(each) ?? each);
    const config = { logLevel: process.env['BERTH_TEST_LOG'] ?? 'warn', hosts, ...more };
    const start = async (): Promise<BerthProcess> => {
      const berth = await startBerth(program, join(folder, 'data'), config, [], hostLimitMs);
      started.push(berth);
      return berth;
    };
    let berth = await start();
    await reachable(berth, hosts.length);
    return {
      berth: () => berth,
      start: async () => (berth = await start()),
      command: (...args) => runCommand(program, berth, args),
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** When Berth says so of as many hosts. */
export const reachable = (berth: BerthProcess, count: number): Promise<true> =>
  soon(
    async () => {
      const hosts = await listOf(await berth.ask('/nfvi/v1/hosts'));
      return hosts.filter((host) => host['reachable'] === true).length === count || undefined;
    },
    `Berth does not reach ${String(count)} host(s) of the lab`,
    hostLimitMs,
  );
