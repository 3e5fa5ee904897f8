/**
 * An Alertmanager of the test's own: a folder and a port of its own, and receivers that send nothing anywhere.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { freePort } from '../dashboards/prometheus.js';
import { until } from '../flow/server.js';

type Labels = Readonly<Record<string, string>>;

interface Told {
  readonly labels: Labels;
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

export interface Alertmanager {
  post(alerts: readonly Labels[]): Promise<void>;
  alerts(): Promise<readonly Told[]>;
  stop(): Promise<void>;
}

/** The example with its routes and inhibitions as they are. */
function withoutReceivers(file: string): string {
  const example = parse(readFileSync(file, 'utf8')) as { readonly receivers: readonly { readonly name: string }[] };
  // JSON is YAML.
  return JSON.stringify({ ...example, receivers: example.receivers.map(({ name }) => ({ name })) });
}

export async function startAlertmanager(example: string): Promise<Alertmanager> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-alertmanager-'));
  const config = join(folder, 'alertmanager.yml');
  writeFileSync(config, withoutReceivers(example));
  const origin = `http://127.0.0.1:${String(await freePort())}`;
  const child = spawn(
    'prometheus-alertmanager',
    [
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=${new URL(origin).host}`,
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const isReady = () =>
    fetch(`${origin}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  try {
    await until(isReady, (ready) => ready || child.exitCode !== null, `Alertmanager is not ready: ${said.join('')}`);
    if (child.exitCode !== null) throw new Error(`Alertmanager does not start: ${said.join('')}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    post: async (alerts) => {
      const body = JSON.stringify(alerts.map((labels) => ({ labels })));
      const headers = { 'content-type': 'application/json' };
      const { status } = await fetch(`${origin}/api/v2/alerts`, { method: 'POST', headers, body });
      if (status !== 200) throw new Error(`Alertmanager takes no alerts: ${String(status)}`);
    },
    alerts: async () => (await (await fetch(`${origin}/api/v2/alerts`)).json()) as readonly Told[],
    stop,
  };
}
