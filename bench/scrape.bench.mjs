/**
 * What a scrape of /metrics costs by the number of VNFCs: processor time, with what Berth takes anyway left out, and how long
 * Prometheus waits. One Berth over simulated hosts that grows.
 */
import { ensureBuilt } from '../scripts/lib/build.mjs';
import { simulatedScrapes } from './scrape-simulated.mjs';

export const description = 'a scrape of /metrics at 10, 50 and 1,000 VNFCs on simulated hosts';

const sizes = [10, 50, 1000];

export async function bench(say) {
  await ensureBuilt();
  const results = await simulatedScrapes(sizes, say);
  const heading = ['VNFCs', 'samples', 'CPU of a scrape ms', 'its answer after ms', 'CPU without scrapes %'];
  return { rows: [heading, ...results.map((one) => Object.values(one).map(String))], figures: { results } };
}
