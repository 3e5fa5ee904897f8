/**
 * Subscribers that take a call and never answer it, as many as an interface may have.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { sleep } from '../scripts/lib/time.mjs';

const packages = '/vnfpkgm/v2/vnf_packages';
const subscriptions = '/vnfpkgm/v2/subscriptions';
const count = 1000;
const events = 10;

/** Answers the test of a callback, and nothing else. Resolves to its origin and an end. */
export async function silentSubscriber() {
  const server = createServer((request, response) => {
    request.resume();
    if (request.method === 'GET') response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The package is the one that is onboarded: each change of its state is an event for every subscriber. */
async function tellSilentOnes(server) {
  const { api, subscriber } = server;
  const all = Array.from({ length: count }, (_, at) => ({ callbackUri: `${subscriber}/${at}` }));
  while (all.length > 0)
    await Promise.all(all.splice(0, 20).map((body) => api.request('POST', subscriptions, { body })));
  const [{ id }] = await api.get(`${packages}?filter=(eq,onboardingState,ONBOARDED)`);
  for (let told = 0; told < events; told += 1) {
    const body = { operationalState: told % 2 === 0 ? 'DISABLED' : 'ENABLED' };
    await api.request('PATCH', `${packages}/${id}`, { body });
  }
  await sleep(5000);
  return { healthMs: await server.healthMs() };
}

async function forgetAll({ api }) {
  for (let page = await api.get(subscriptions); page.length > 0; page = await api.get(subscriptions))
    await Promise.all(page.map(({ id }) => api.request('DELETE', `${subscriptions}/${id}`)));
}

/** As `attacks` of hostile-requests. */
export const subscribers = [
  {
    name: '1,000 subscribers that do not answer, 10 events',
    run: (server) => tellSilentOnes(server).finally(() => forgetAll(server)),
  },
];
