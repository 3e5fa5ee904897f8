/**
 * Prometheus and Alertmanager of Debian beside one Berth, with its rules and its example configuration. For a
 * demonstration everything goes faster than a day would have it; what was shortened is told.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTop } from '../paths.mjs';
import { choosePort } from '../quickstart/berth.mjs';
import { answers, startService } from './service.mjs';

export const scrapeSeconds = 1;
/** In place of the times for which each rule waits before it fires, and goes on afterwards. */
const waitSeconds = 2;

export const paces = `for the demonstration: scraped and evaluated every ${scrapeSeconds} s, and every rule waits ${waitSeconds} s instead of its own times`;

const chart = (...path) => inTop('charts', 'berth', ...path);

/** Prometheus reads JSON as the YAML that it is. */
const write = (file, content) => writeFileSync(file, JSON.stringify(content, null, 2));

/** The example with one receiver, and with times of a demonstration. */
async function alertmanagerConfig(webhook) {
  const { parse } = await import('yaml');
  const example = parse(readFileSync(chart('alertmanager', 'alertmanager.yaml'), 'utf8'));
  const quick = ({ routes, ...route }) => ({
    ...route,
    group_wait: '1s',
    group_interval: '1s',
    repeat_interval: '1h',
    ...(routes && { routes: routes.map(quick) }),
  });
  const receivers = example.receivers.map(({ name }) => ({
    name,
    webhook_configs: [{ url: `${webhook}/${name}`, send_resolved: true }],
  }));
  return { ...example, route: quick(example.route), receivers };
}

/** Files of rules below the state; answers their paths. */
async function quickRules(state) {
  const { parse } = await import('yaml');
  mkdirSync(state.path('rules'), { recursive: true });
  return readdirSync(chart('rules'))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => {
      const { groups } = parse(readFileSync(chart('rules', name), 'utf8'));
      const wait = `${waitSeconds}s`;
      const quick = (rule) => ({
        ...rule,
        ...(rule.for && { for: wait }),
        ...(rule.keep_firing_for && { keep_firing_for: wait }),
      });
      const file = join(state.path('rules'), name);
      write(file, { groups: groups.map((group) => ({ ...group, rules: group.rules.map(quick) })) });
      return file;
    });
}

export async function startAlertmanager(state, webhook) {
  const config = state.path('alertmanager.yml');
  write(config, await alertmanagerConfig(webhook));
  const port = await choosePort(9093);
  const url = `http://127.0.0.1:${port}`;
  const pid = await startService(state, {
    name: 'alertmanager',
    command: 'prometheus-alertmanager',
    args: [
      `--config.file=${config}`,
      `--storage.path=${state.path('alertmanager')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    isReady: () => answers(`${url}/-/ready`),
  });
  return { url, pid };
}

export async function startPrometheus(state, { origin, tokenFile, alertmanager }) {
  const config = state.path('prometheus.yml');
  const every = `${scrapeSeconds}s`;
  const target = (url) => [{ targets: [new URL(url).host] }];
  write(config, {
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    rule_files: await quickRules(state),
    alerting: { alertmanagers: [{ static_configs: target(alertmanager) }] },
    scrape_configs: [
      { job_name: 'berth', authorization: { credentials_file: tokenFile }, static_configs: target(origin) },
    ],
  });
  const port = await choosePort(9090);
  const url = `http://127.0.0.1:${port}`;
  const pid = await startService(state, {
    name: 'prometheus',
    command: 'prometheus',
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${state.path('prometheus')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    isReady: () => answers(`${url}/-/ready`),
  });
  return { url, pid, client: new PrometheusClient(url) };
}

export class QueryRefused extends Error {
  constructor(error, parameters) {
    super(`Prometheus refuses it: ${error} (${Object.values(parameters).join(', ')})`);
    this.name = 'QueryRefused';
  }
}

class PrometheusClient {
  #url;
  #since = Date.now() / 1000;

  constructor(url) {
    this.#url = url;
  }

  async ask(path, parameters = {}) {
    const response = await fetch(`${this.#url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = await response.json();
    if (status !== 'success') throw new QueryRefused(error, parameters);
    return data;
  }

  async instant(query) {
    return (await this.ask('query', { query })).result;
  }

  /** Since it runs, as a graph would ask. */
  async range(query) {
    const end = Date.now() / 1000;
    return (await this.ask('query_range', { query, start: this.#since, end, step: 1 })).result;
  }

  async targets() {
    return (await this.ask('targets', { state: 'active' })).activeTargets;
  }

  async rules() {
    return (await this.ask('rules')).groups.flatMap(({ rules }) => rules);
  }
}
