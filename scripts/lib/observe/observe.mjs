/**
 * Berth as an operator watches it: scraped, judged by its rules, told of by Alertmanager. A VNFC is killed, the alert
 * arrives, the VNFC is started, the alert ends; then every query of every dashboard is asked.
 */
import { rmSync } from 'node:fs';
import { expect } from '../quickstart/journey.mjs';
import { teller } from '../quickstart/tour.mjs';
import * as vnf from '../quickstart/vnf.mjs';
import { sleep } from '../time.mjs';
import { tellDashboards } from './dashboards.mjs';
import { paces, scrapeSeconds, startAlertmanager, startPrometheus } from './prometheus.mjs';
import { answers, stopService } from './service.mjs';
import { Webhook } from './webhook.mjs';

const alertLimitMs = 60_000;

export class Observe {
  #session;
  #webhook = new Webhook();
  #alertmanager;
  #prometheus;
  #instances = {};
  #packages = {};

  constructor(session) {
    this.#session = session;
  }

  async show() {
    const { journey, state } = this.#session;
    await journey.step('Watchers of an earlier run', async (tell) => {
      const ended = [];
      for (const name of ['prometheus', 'alertmanager']) if (await stopService(state, name)) ended.push(name);
      // What they kept would answer queries about this run.
      for (const name of ['prometheus', 'alertmanager']) rmSync(state.path(name), { recursive: true, force: true });
      tell(ended.length === 0 ? 'none' : `ended ${ended.join(' and ')}`);
    });
    await this.#session.begin();
    await this.#watch();
    await this.#targets();
    await this.#instantiate();
    await this.#alert();
    await this.#trouble();
    await journey.step('Dashboards', (tell) => tellDashboards(this.#prometheus.client, this.#session.host, tell));
  }

  async #instantiate() {
    const { journey, host, api } = this.#session;
    await host.clean(api);
    for (const name of host.vnfs)
      await journey.step(`Onboard and instantiate the ${name}`, async (tell) => {
        const { vnfdId } = await vnf.onboard(api, host.packageOf(name), tell);
        const id = await vnf.create(api, vnfdId, name);
        await vnf.instantiateOn(api, id, host.requestFor(name), host.watcher(teller(tell), tell));
        this.#packages[name] = vnfdId;
        this.#instances[name] = id;
        await host.readInstance(api, id);
      });
  }

  async #watch() {
    const { journey, state, origin, tokenFile } = this.#session;
    await journey.step('A webhook, Alertmanager and Prometheus', async (tell) => {
      await this.#webhook.start();
      this.#alertmanager = await startAlertmanager(state, this.#webhook.url);
      tell(`Alertmanager ${this.#alertmanager.url} (process ${this.#alertmanager.pid}), sends to ${this.#webhook.url}`);
      const alertmanager = this.#alertmanager.url;
      this.#prometheus = await startPrometheus(state, { origin, tokenFile, alertmanager });
      tell(`Prometheus ${this.#prometheus.url} (process ${this.#prometheus.pid}), job berth at ${origin}/metrics`);
      tell(paces);
    });
  }

  async #targets() {
    await this.#session.journey.step('Targets are up, rules are healthy', async (tell) => {
      const { client } = this.#prometheus;
      const isUp = async () => (await client.instant('up{job="berth"} == 1')).length === 1;
      await within(isUp, alertLimitMs, async () => `the target is not up: ${JSON.stringify(await client.targets())}`);
      const [{ scrapeUrl, lastScrapeDuration }] = await client.targets();
      tell(`${scrapeUrl} is up, scraped in ${(lastScrapeDuration * 1000).toFixed(0)} ms`);
      const isJudged = async () => (await client.rules()).every(({ health }) => health !== 'unknown');
      await within(isJudged, alertLimitMs, async () => 'rules were not evaluated');
      const rules = await client.rules();
      const ill = rules.filter(({ health }) => health !== 'ok');
      expect(ill.length === 0, `rules fail: ${ill.map(({ name, lastError }) => `${name}: ${lastError}`).join('; ')}`);
      tell(`${rules.filter(({ type }) => type === 'alerting').length} alerts of ${rules.length} rules, all healthy`);
    });
  }

  async #vnfcOf(name) {
    const info = await vnf.instance(this.#session.api, this.#instances[name]);
    return info.instantiatedVnfInfo.vnfcResourceInfo[0];
  }

  async #alert() {
    const { journey, host, api } = this.#session;
    const vnfc = await this.#vnfcOf('router');
    const isAbout = (status) => (alert) =>
      alert.status === status && alert.labels.alertname === 'BerthVnfcDown' && alert.labels.vnfc_id === vnfc.id;
    await journey.step(`Kill ${host.killing}: the alert arrives`, async (tell) => {
      this.#webhook.listen((alert) => tell(inWords(alert)));
      await host.kill(vnfc, tell);
      const { annotations } = await this.#webhook.until(isAbout('firing'), alertLimitMs, 'no alert arrived');
      tell(annotations.description);
      tell(`what to do: ${annotations.runbook_url}`);
    });
    await journey.step('Start the VNFC: the alert is resolved', async (tell) => {
      this.#webhook.listen((alert) => tell(inWords(alert)));
      tell(`berth vnf operate ${this.#instances.router} start`);
      await vnf.operate(
        api,
        this.#instances.router,
        'operate',
        { changeStateTo: 'STARTED' },
        host.watcher(teller(tell), tell),
      );
      await this.#webhook.until(isAbout('resolved'), alertLimitMs, 'the alert was not resolved');
    });
  }

  async #trouble() {
    const { journey, host, api } = this.#session;
    await journey.step('More trouble, for the dashboards to show', async (tell) => {
      this.#webhook.listen((alert) => tell(inWords(alert)));
      const vnfcs = {};
      for (const name of host.vnfs) vnfcs[name] = await this.#vnfcOf(name);
      const names = await host.trouble(api, { packages: this.#packages, vnfcs }, tell);
      for (const name of names) {
        const is = ({ status, labels }) => status === 'firing' && labels.alertname === name;
        await this.#webhook.until(is, alertLimitMs, `${name} did not arrive`);
      }
      // What counts changes has two samples then.
      await sleep(4 * scrapeSeconds * 1000);
    });
    this.#webhook.listen(() => {});
  }

  sayWhere() {
    const { origin, tokenFile } = this.#session;
    console.log(`
Everything is up after ${this.#session.journey.elapsed()}.
  Prometheus    ${this.#prometheus.url}/alerts, queries at ${this.#prometheus.url}/graph
  Alertmanager  ${this.#alertmanager.url}
  Berth         ${origin}, metrics at ${origin}/metrics
  Token         ${tokenFile}
Alerts that arrive are printed here. Ctrl-C ends it and takes everything away.`);
    this.#webhook.listen((alert) => console.log(`    ${inWords(alert)}`));
  }

  /** Each part is tried, whatever became of the one before. */
  async takeAway() {
    const { journey, state } = this.#session;
    const watchers = [this.#prometheus, this.#alertmanager].filter(Boolean);
    await journey.attempt('Stop Prometheus, Alertmanager and the webhook', async () => {
      this.#webhook.listen(() => {});
      await stopService(state, 'prometheus');
      await stopService(state, 'alertmanager');
      await this.#webhook.stop();
      for (const { url } of watchers) expect(!(await answers(`${url}/-/ready`)), `${url} still answers`);
    });
    await this.#session.takeAway();
  }
}

const inWords = ({ status, labels }) => {
  const about = ['vnfc_id', 'host', 'operation_id', 'flavour'].filter((name) => labels[name]);
  return `received: ${status} ${labels.alertname} (${labels.severity}) ${about.map((name) => `${name}=${labels[name]}`).join(' ')}`;
};

async function within(holds, limitMs, complaint) {
  for (const limit = Date.now() + limitMs; !(await holds()); await sleep(200))
    if (Date.now() > limit) throw new Error(await complaint());
}
