/**
 * A process that does of Berth what a scrape costs on a host: its collector, which asks libvirt for the counters of all domains,
 * and its page, on which each of them is a VNFC. Every scrape has counters of its own. Prints its port.
 */
import { createServer } from 'node:http';
import { createLibvirtEngine } from '../dist/engine/libvirt/libvirt-engine.js';
import { createTelemetry } from '../dist/telemetry/telemetry.js';
import { systemClock } from '../dist/system.js';
import { systemClock } from '../dist/system.js';

const [uri] = process.argv.slice(2);
const hostId = 'bench';
const running = { state: 'running', reason: 'booted', agentConnected: false };

const vnfOf = ({ uuid, name }) => ({
  id: uuid,
  vnfInstanceName: name,
  vnfdId: 'bench',
  vnfProductName: 'bench',
  vnfSoftwareVersion: '1',
  revision: 1,
  instantiated: {
    flavourId: 'simple',
    vnfState: 'STARTED',
    vnfcs: [
      {
        id: uuid,
        vduId: 'bench',
        index: 0,
        hostId,
        state: 'STARTED',
        cps: [],
        placement: { cells: [], pciFunctions: [] },
      },
    ],
  },
});

const engine = createLibvirtEngine({ clock: systemClock, hostId, uri }, () => {});
await engine.start();
let stats = await engine.stats();
const instances = new Map(stats.map((one) => [one.uuid, vnfOf(one)]));

const fleet = {
  hosts: () => [],
  domain: () => running,
  whyUnreachable: () => undefined,
  unreachable: () => [],
  isSeen: () => true,
  waitsFor: () => undefined,
  drift: () => [],
  isConfigured: () => true,
  stats: () => [{ hostId, stats }],
  freePages: () => [],
};
const remembered = {
  claims: async () => new Map(),
  instances: async () => instances,
  outbox: async () => ({ pending: 0 }),
  unreadable: async () => [],
  capacities: { last: () => undefined },
  whereabouts: { on: () => new Map() },
  openOperations: async () => ({ counts: [], waiting: 0, longest: [] }),
  packageCounts: async () => new Map(),
  idleInstances: async () => 0,
  size: async () => ({ database: 'sqlite', bytes: 0 }),
};
const page = createTelemetry('bench', systemClock).page(remembered, fleet, async () => undefined);

const server = createServer(async (_request, response) => {
  stats = await engine.stats();
  response.end(await page.render());
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.on('SIGTERM', async () => {
  server.close();
  await engine.stop();
  process.exit(0);
});
