/**
 * How long from QEMU's start until the router forwards its first packet: a ping every 10 ms from one test host to the
 * other, over neighbour entries that are known beforehand, so that no address resolution is measured.
 */
import { run } from '../scripts/lib/run.mjs';
import { networks } from '../scripts/lib/quickstart/networks.mjs';
import { chooseFlavour, routerAddresses } from '../scripts/lib/quickstart/tour.mjs';
import { makeTestHosts, routeVia } from '../scripts/lib/quickstart/traffic.mjs';
import * as vnf from '../scripts/lib/quickstart/vnf.mjs';
import { firstAnswer } from './first-answer.mjs';
import { median, withBerth } from './lab.mjs';

export const description = 'QEMU start to first forwarded packet';

const rounds = 5;
const limitMs = 120_000;

/** The router's MAC address by side. */
const macs = (info) =>
  Object.fromEntries(
    info.instantiatedVnfInfo.extCpInfo.map((cp) => [cp.cpdId, cp.cpProtocolInfo[0].ipOverEthernet.macAddress]),
  );

async function knowTheRouter(info) {
  const [addresses] = routerAddresses(info);
  await routeVia(addresses);
  for (const { side, namespace } of networks) {
    const entry = [addresses[side], 'lladdr', macs(info)[side], 'dev', 'eth0', 'nud', 'permanent'];
    await run('ip', ['-n', namespace, 'neighbour', 'replace', ...entry]);
  }
}

async function oneBoot({ api, events }, id) {
  await vnf.operate(api, id, 'operate', { changeStateTo: 'STOPPED', stopType: 'FORCEFUL' });
  const fromMs = Date.now();
  const [west, east] = networks;
  const answered = firstAnswer(west.namespace, east.address, limitMs);
  const ready = vnf.operate(api, id, 'operate', { changeStateTo: 'STARTED' }).then(() => Date.now());
  const [answeredMs, readyMs] = await Promise.all([answered, ready]);
  const [startedMs] = await events.starts(() => true, 1, fromMs);
  return { forwardedMs: Math.round(answeredMs - startedMs), readyMs: readyMs - startedMs };
}

export function bench(say) {
  return withBerth(say, async (lab) => {
    const host = (await lab.api.get('/nfvi/v1/hosts'))[0];
    const flavour = chooseFlavour(host);
    await makeTestHosts();
    const id = await vnf.create(lab.api, lab.vnfdId, 'bench-boot');
    await vnf.instantiate(lab.api, id, flavour);
    await knowTheRouter(await vnf.instance(lab.api, id));
    const boots = [];
    for (let round = 0; round < rounds; round++) {
      boots.push(await oneBoot(lab, id));
      say(`round ${round + 1}: ${JSON.stringify(boots.at(-1))}`);
    }
    const figures = {
      acceleration: host.acceleration.kind,
      flavour,
      rounds,
      forwardedMs: boots.map((each) => each.forwardedMs),
      medianForwardedMs: median(boots.map((each) => each.forwardedMs)),
      medianGuestReadyMs: median(boots.map((each) => each.readyMs)),
    };
    const heading = ['acceleration', 'flavour', 'boots', 'first packet forwarded', 'operation COMPLETED'];
    const row = [
      figures.acceleration,
      flavour,
      rounds,
      `${figures.medianForwardedMs} ms`,
      `${figures.medianGuestReadyMs} ms`,
    ];
    return { rows: [heading, row], figures };
  });
}
