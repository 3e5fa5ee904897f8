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

/**
 * What packets pass on their way: test hosts at both ends, and between them VNFs, each with the connection points by which they come
 * in and go out.
 */
const packets = {
  ends: [
    { name: 'client', host: client },
    { name: 'server', host: server },
  ],
  through: [
    { name: 'router', vnf: 'router', cpds: ['west', 'east'] },
    { name: 'firewall', vnf: 'firewall', cpds: ['inside', 'outside'] },
  ],
};
/** UEs' packets: from the gNB to the data network, which is behind the router's west. */
const packetsOfUes = {
  ends: [
    { name: 'gNB', host: radio, device: 'eth3' },
    { name: 'data network', host: client },
  ],
  through: [
    { name: 'UPF', vnf: 'upf', cpds: ['n3', 'n6'] },
    { name: 'firewall', vnf: 'firewall', cpds: ['outside', 'inside'] },
    { name: 'router', vnf: 'router', cpds: ['east', 'west'] },
  ],
};

/** Rows of `{ where, towards, back }`: packets on the way there and back, so far. */
async function readRows(api, instances, { ends, through }) {
  const metrics = parseMetrics(await api.text('/metrics'));
  const [from, to] = await Promise.all(ends.map(({ host, device }) => deviceOf(host, device)));
  const between = through.flatMap(({ name, vnf, cpds }) => {
    const [before, after] = cpds.map((cpd) => interfaceOf(metrics, instances[vnf], cpd));
    return [
      row(`${name} ${cpds[0]}`, before.received, before.sent),
      row(`${name} ${cpds[1]}`, after.sent, after.received),
    ];
  });
  return [row(ends[0].name, from.sent, from.received), ...between, row(ends[1].name, to.received, to.sent)];
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
export const countFromHere = (api, instances) => countFrom(() => readRows(api, instances, packets));
export const countUes = (api, instances) => countFrom(() => readRows(api, instances, packetsOfUes));

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
