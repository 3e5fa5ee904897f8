/**
 * The processes of a preview: a simulated Berth and a Prometheus that scrapes it, both in a folder of their own.
 */
import { fork, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { choosePort } from '../../scripts/lib/quickstart/berth.mjs';
import { Api } from '../../scripts/lib/quickstart/api.mjs';
import { inTop } from '../../scripts/lib/paths.mjs';
import { sleep } from '../../scripts/lib/time.mjs';
import { Prometheus } from '../lib/prometheus.mjs';
import { inPreview } from '../lib/paths.mjs';

const readyMs = 90_000;

const ended = (child) => new Promise((resolve) => child.once('exit', resolve));

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = ended(child);
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(timer);
}

const lastLines = (file) => readFileSync(file, 'utf8').split('\n').slice(-20).join('\n');

/** Answers `{ api, origin, token, tell(message), stop() }`. */
export async function startBerth(folder) {
  const file = join(folder, 'berth.log');
  const log = openSync(file, 'w');
  const child = fork(inPreview('world', 'berth.mjs'), [join(folder, 'data')], {
    execPath: inTop('node_modules', '.bin', 'node'),
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const said = new Promise((resolve) => child.once('message', resolve));
  const first = await Promise.race([said, ended(child), sleep(readyMs)]);
  if (first?.origin === undefined) {
    await stop(child);
    throw new Error(`the Berth of the preview did not start; it said:\n${lastLines(file)}`);
  }
  const { origin, token } = first;
  return {
    origin,
    token,
    api: new Api(origin, token),
    tell: (message) => child.send(message),
    stop: () => stop(child),
  };
}

const configuration = (target, scrapeSeconds, ruleFiles) => `
global:
  scrape_interval: ${scrapeSeconds}s
  scrape_timeout: ${scrapeSeconds}s
  evaluation_interval: ${scrapeSeconds}s
rule_files: ${JSON.stringify(ruleFiles)}
scrape_configs:
  - job_name: berth
    static_configs:
      - targets: ['${target}']
`;

/** Prometheus of Debian, with nothing but Berth to scrape; answers `{ prometheus, stop() }`. */
export async function startPrometheus(folder, berth, { scrapeSeconds, ruleFiles = [] }) {
  const config = join(folder, 'prometheus.yaml');
  writeFileSync(config, configuration(new URL(berth.origin).host, scrapeSeconds, ruleFiles));
  const port = await choosePort(0);
  const file = join(folder, 'prometheus.log');
  const log = openSync(file, 'w');
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'tsdb')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn('prometheus', args, { stdio: ['ignore', log, log] });
  closeSync(log);
  const failed = new Promise((resolve) => child.once('error', resolve));
  const prometheus = new Prometheus(`http://127.0.0.1:${port}`);
  for (const limit = Date.now() + readyMs; !(await prometheus.isReady());) {
    const error = await Promise.race([failed, sleep(200)]);
    if (error) throw new Error(`prometheus does not start: ${error.message}`);
    if (child.exitCode !== null || Date.now() > limit) {
      await stop(child);
      throw new Error(`prometheus is not ready; it said:\n${lastLines(file)}`);
    }
  }
  return { prometheus, stop: () => stop(child) };
}
