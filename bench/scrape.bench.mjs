/**
 * What a scrape of /metrics costs by the number of hosts and VNFCs: processor time, with what Berth takes anyway left out, how
 * long Prometheus waits, and how much it reads. Berths over simulated hosts that grow; each scrape finds other counters. As
 * root also beside prometheus-libvirt-exporter, on the same domains of this machine.
 */
import { ensureBuilt } from '../scripts/lib/build.mjs';
import { realScrapes } from './scrape-real.mjs';
import { simulatedScrapes } from './scrape-simulated.mjs';

export const description = 'a scrape of /metrics at 10 to 1,000 VNFCs, with 1,000 hosts, and beside libvirt-exporter';

const simulatedHeading = [
  ...['hosts', 'VNFCs', 'samples', 'MB'],
  ...['CPU of a scrape ms', 'its answer after ms', 'CPU without scrapes %'],
];
const realHeading = ['domains', 'samples', 'of the exporter', 'CPU of a scrape ms', 'of the exporter', 'ratio'];

const rowOf = (one) => Object.values(one).map(String);

async function beside(say) {
  if (process.getuid?.() === 0) return realScrapes([10, 50], say);
  say('Beside libvirt-exporter it is measured as root only: it needs libvirtd.');
  return [];
}

export async function bench(say) {
  await ensureBuilt();
  const real = await beside(say);
  const simulated = [
    ...(await simulatedScrapes(100, [10, 1000], say)),
    ...(await simulatedScrapes(1000, [10, 1000], say)),
  ];
  const rows = [simulatedHeading, ...simulated.map(rowOf), realHeading, ...real.map(rowOf)];
  return { rows, figures: { simulated, real } };
}
