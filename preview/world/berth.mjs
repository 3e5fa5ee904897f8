/**
 * A Berth of its own process on simulated servers. `node berth.mjs DATA-DIR`; says where it
 * listens by a message to its parent, and does what the parent's messages ask of its hosts.
 */
import 'reflect-metadata';
import { join } from 'node:path';
import { pino } from 'pino';
import { compose } from '../../dist/compose.js';
import { shippedRoles } from '../../dist/config/guest-roles.js';
import { readFleetFile } from '../../dist/config/fleet-file.js';
import { hostsOfGroups } from '../../dist/config/fleet-hosts.js';
import { createSimulatedFleet } from '../../dist/engine/simulated/simulated-fleet.js';
import { systemClock } from '../../dist/system.js';

const [, , dataDir] = process.argv;
const token = 'preview-of-dashboards';

const hosts = hostsOfGroups(readFleetFile(join(import.meta.dirname, 'fleet.yaml')));
const fleet = createSimulatedFleet({
  hosts: hosts.map(({ id, template }) => ({ ...template, id })),
  clock: systemClock,
  roles: shippedRoles(),
});

const config = {
  dataDir,
  listen: { host: '127.0.0.1', port: 0 },
  openMetrics: true,
  logLevel: 'warn',
  pageSize: 100,
  strategy: 'spread',
  signatures: { policy: 'warn' },
  retention: { operations: 1000, days: 1 },
  uploads: { packageGiB: 1, reserveMiB: 64, allowed: [], onlyAllowed: false, fetchSeconds: 60 },
  callbacks: { allowed: [], onlyAllowed: false },
  fleet: { kind: 'simulated', hosts: [] },
};

const berth = await compose(config, token, pino({ level: 'warn' }, pino.destination(2)), {
  engines: fleet,
  hosts,
  policyOf: () => undefined,
  stateDir: dataDir,
});

const hand = {
  crash: ({ host, vnfc }) => fleet.control(host).crashDomain(vnfc),
  disconnect: ({ host, reason }) => fleet.control(host).disconnect(reason),
  unready: ({ host, vnfc, reason }) => fleet.control(host).changeGuest(vnfc, { ready: false, reason }),
  fail: ({ host, verb, text }) => fleet.control(host).failNext(verb, 'Rejected', text),
  foreign: ({ host, cell, pageSizeKiB, pages }) => fleet.control(host).useForeignPages(cell, pageSizeKiB, pages),
};

process.on('message', ({ do: what, ...words }) => hand[what](words));
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => void berth.stop().then(() => process.exit(0)));

process.send({ origin: await berth.start(), token });
