/**
 * Packets of the chain as each of its parts has counted them, from the client to the server: the test hosts by their
 * own network devices, the VNFs by what Berth exports of them.
 */
import { run } from '../../run.mjs';
import { sleep } from '../../time.mjs';
import { parseMetrics } from '../metrics.mjs';
import { networks, radio } from '../networks.mjs';

const [client, server] = networks;

async function deviceOf({ namespace }, device = 'eth0') {
  const [link] = JSON.parse(await run('ip', ['netns', 'exec', namespace, 'ip', '-s', '-j', 'link', 'show', device]));
  return { sent: link.stats64.tx.packets, received: link.stats64.rx.packets };
}

/** Of all VNFCs of an instance together. */
function interfaceOf(metrics, instanceId, cpd) {
  const sum = (name) =>
    metrics
      .filter((each) => each.name === `berth_vnfc_interface_${name}_packets_total`)
      .filter(({ labels }) => labels.includes(`vnf_instance_id="${instanceId}"`) && labels.includes(`cpd="${cpd}"`))
      .reduce((total, { value }) => total + value, 0);
  return { sent: sum('sent'), received: sum('received') };
}

const row = (where, towards, back) => ({ where, towards, back });

/** Rows of `{ where, towards, back }`: packets on the way to the server and back, so far. */
async function readRows(api, { router, firewall }) {
  const metrics = parseMetrics(await api.text('/metrics'));
  const [from, to] = await Promise.all([deviceOf(client), deviceOf(server)]);
  const [west, east] = ['west', 'east'].map((cpd) => interfaceOf(metrics, router, cpd));
  const [inside, outside] = ['inside', 'outside'].map((cpd) => interfaceOf(metrics, firewall, cpd));
  return [
    row('client', from.sent, from.received),
    row('router west', west.received, west.sent),
    row('router east', east.sent, east.received),
    row('firewall inside', inside.received, inside.sent),
    row('firewall outside', outside.sent, outside.received),
    row('server', to.received, to.sent),
  ];
}

/** The same for UEs: from the gNB by UPF, firewall and router to the data network, which is behind the router's west. */
async function readUeRows(api, { upf, firewall, router }) {
  const metrics = parseMetrics(await api.text('/metrics'));
  const [from, to] = await Promise.all([deviceOf(radio, 'eth3'), deviceOf(client)]);
  const [n3, n6] = ['n3', 'n6'].map((cpd) => interfaceOf(metrics, upf, cpd));
  const [outside, inside] = ['outside', 'inside'].map((cpd) => interfaceOf(metrics, firewall, cpd));
  const [east, west] = ['east', 'west'].map((cpd) => interfaceOf(metrics, router, cpd));
  return [
    row('gNB', from.sent, from.received),
    row('UPF n3', n3.received, n3.sent),
    row('UPF n6', n6.sent, n6.received),
    row('firewall outside', outside.received, outside.sent),
    row('firewall inside', inside.sent, inside.received),
    row('router east', east.received, east.sent),
    row('router west', west.sent, west.received),
    row('data network', to.received, to.sent),
  ];
}

const minus = (rows, before) =>
  rows.map((row, index) => ({
    where: row.where,
    towards: row.towards - before[index].towards,
    back: row.back - before[index].back,
  }));

const spread = (numbers) => Math.max(...numbers) - Math.min(...numbers);

/** How far apart the counts are, each way, in packets. */
export const apart = (rows) => Math.max(spread(rows.map((row) => row.towards)), spread(rows.map((row) => row.back)));

/** Packets of each of the firewall's rules, of all its VNFCs together, by the rule's name. */
export async function ruleCounters(api, instanceId) {
  const sums = new Map();
  for (const { name, labels, value } of parseMetrics(await api.text('/metrics'))) {
    const [, rule] = /(?:^|,)rule="([^"]*)"/.exec(labels) ?? [];
    if (name !== 'berth_vnf_per_rule_packets_total' || !labels.includes(`vnf_instance_id="${instanceId}"`)) continue;
    sums.set(rule, (sums.get(rule) ?? 0) + value);
  }
  return sums;
}

/** What Berth exports of a VNF may be so old. */
const oldestMs = 12_000;
const settleLimitMs = 45_000;

/** Counts from now on; `read(enough)` answers the rows since then as soon as they are `enough`, or the last ones. */
export const countFromHere = (api, instances) => countFrom(() => readRows(api, instances));
export const countUes = (api, instances) => countFrom(() => readUeRows(api, instances));

async function countFrom(readNow) {
  await sleep(oldestMs);
  const before = await readNow();
  return async (enough) => {
    const limit = Date.now() + settleLimitMs;
    for (;;) {
      const rows = minus(await readNow(), before);
      if (enough(rows) || Date.now() > limit) return rows;
      await sleep(500);
    }
  };
}
