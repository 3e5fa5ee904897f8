/**
 * A Prometheus of the test's own: a folder and a port of its own, scraping one target every second.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../flow/server.js';

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  /** Of an instant. */
  readonly value?: readonly [number, string];
  /** Of a range. */
  readonly values?: readonly (readonly [number, string])[];
}

export interface Prometheus {
  /** Unix time of the first scrape, seconds. */
  readonly since: number;
  /** At a Unix time; absent: now. */
  instant(query: string, at?: number): Promise<readonly Sample[]>;
  range(
    query: string,
    span: { readonly start: number; readonly end: number; readonly step: number },
  ): Promise<readonly Sample[]>;
  labelValues(label: string, selector: string): Promise<readonly string[]>;
  /** CPU that it has used, milliseconds: what a query costs, whatever else runs on the machine. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** Undefined where Prometheus is installed. */
export const whyNoPrometheus = (): string | undefined =>
  spawnSync('prometheus', ['--version']).status === 0 ? undefined : 'Prometheus is not installed (Debian: prometheus)';

interface Target {
  readonly origin: string;
  readonly token: string;
  readonly job: string;
}

const configOf = ({ origin, token, job }: Target) => ({
  global: { scrape_interval: '1s', scrape_timeout: '1s' },
  scrape_configs: [
    { job_name: job, authorization: { credentials: token }, static_configs: [{ targets: [new URL(origin).host] }] },
  ],
});

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export async function startPrometheus(target: Target): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-prometheus-'));
  const config = join(folder, 'prometheus.yml');
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(configOf(target)));
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${String(port)}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const api = `http://127.0.0.1:${String(port)}/api/v1`;
  try {
    await scraped(api, () => said.join(''));
  } catch (error) {
    await end(child, folder);
    throw error;
  }
  return {
    since: Date.now() / 1000,
    instant: async (query, at) =>
      resultOf(await ask(api, 'query', { query, ...(at !== undefined && { time: String(at) }) })),
    range: async (query, { start, end, step }) =>
      resultOf(await ask(api, 'query_range', { query, start: String(start), end: String(end), step: String(step) })),
    labelValues: async (label, selector) =>
      (await ask(api, `label/${label}/values`, { 'match[]': selector })) as readonly string[],
    cpuMs: () => cpuMsOf(child.pid ?? 0),
    stop: () => end(child, folder),
  };
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null) {
    child.kill();
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
}

/** In ticks of 10 ms, as Linux tells (proc_pid_stat(5)). */
function cpuMsOf(pid: number): number {
  const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const [user = 0, system = 0] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) * 10;
}

/** Waits until the target was scraped well once. */
async function scraped(api: string, said: () => string): Promise<void> {
  await until(
    async () => {
      try {
        return resultOf(await ask(api, 'query', { query: 'up == 1' })).length;
      } catch (error) {
        return String(error);
      }
    },
    (found) => found === 1,
    `Prometheus does not scrape; it said ${said()}`,
  );
}

async function ask(api: string, path: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
  const answer = await fetch(`${api}/${path}?${new URLSearchParams(parameters).toString()}`);
  const body = (await answer.json()) as { readonly status: string; readonly error?: string; readonly data: unknown };
  if (body.status === 'success') return body.data;
  throw new Error(`Prometheus refuses ${JSON.stringify(parameters)}: ${String(body.error)}`);
}

const resultOf = (data: unknown): readonly Sample[] => (data as { readonly result: readonly Sample[] }).result;
