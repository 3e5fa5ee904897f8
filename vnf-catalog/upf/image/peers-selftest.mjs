#!/usr/bin/env node
// Boots the UPF beside an FRR behind N6 that knows no route to UEs, and prints how long each step takes: pools announced over IPv4
// and IPv6, the default route learned and nothing else, pings of UEs to a network of that FRR, too many prefixes, N6 lost,
// `bgp` taken away, the power button:
//   peers-selftest.mjs [IMAGE.qcow2]      (root; what selftest.mjs needs, and Debian's frr)
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkIndicators } from '../../selftest/indicators.mjs';
import { Lab } from '../../selftest/lab.mjs';
import { startFrr } from '../../selftest/peers.mjs';
import { carryOut } from '../../selftest/steps.mjs';
import { accept, status, until } from '../../selftest/vnf.mjs';
import { document, Ran, surround } from './ran.mjs';

const LIMIT_MS = 60_000;
const PINGS = 20;
const POOLS = ['10.60.0.0/16', '2001:db8:60::/48'];
const lab = new Lab();
const say = (text) => console.log(`  ${text}`);
let ran;

// Two seconds without a sign of life, so that a busy machine is not taken for a lost link.
const bfd = { receiveMs: 500, transmitMs: 500, multiplier: 4 };
const timers = { keepaliveSeconds: 10, holdSeconds: 30, connectSeconds: 1 };
const neighbor = (address, more) => ({
  address,
  remoteAsn: 65002,
  password: 'sesame',
  timers,
  learn: 'default',
  ...more,
});
const withBgp = ({ most = 10, ...more } = {}) => ({
  ...document,
  bgp: {
    asn: 65001,
    routerId: '10.6.0.1',
    neighbors: [
      neighbor('10.6.0.2', { families: { ipv4: { maxPrefix: { prefixes: most } } }, bfd, ...more }),
      neighbor('fd06::2', { bfd, ...more }),
    ],
  },
});

// Of what it announces the UPF may take the default route alone: the rest would be its own pools, N4 and a data network.
const peerOf = (address) => ` neighbor ${address} remote-as 65001
 neighbor ${address} password sesame
 neighbor ${address} bfd profile lab
 neighbor ${address} timers connect 1
`;
const frr = {
  bfdd: 'bfd\n profile lab\n  detect-multiplier 4\n  receive-interval 500\n  transmit-interval 500\n',
  bgpd: `router bgp 65002
 bgp router-id 10.6.0.2
 no bgp ebgp-requires-policy
 no bgp network import-check
 no bgp default ipv4-unicast
${peerOf('10.6.0.1')}${peerOf('fd06::1')} address-family ipv4 unicast
  neighbor 10.6.0.1 activate
  neighbor 10.6.0.1 default-originate
  network 10.99.0.0/24
  network 10.60.128.0/17
  network 10.4.0.2/32
 address-family ipv6 unicast
  neighbor fd06::1 activate
  neighbor fd06::1 default-originate
  network 2001:db8:99::/64
  network 2001:db8:60:8000::/49
`,
};

function showLogs() {
  if (lab.qemu) console.error(lab.console());
  const log = join(lab.folder, 'n6.frr.log');
  if (existsSync(log)) console.error(readFileSync(log, 'utf8'));
}

function buildImage() {
  execFileSync(join(import.meta.dirname, 'build.sh'), [lab.folder], { stdio: 'inherit' });
  return join(lab.folder, 'upf-cloud.qcow2');
}

async function boots() {
  const ethernets = surround(lab);
  for (const family of ['-4', '-6']) lab.in('n6', 'ip', family, 'route', 'delete', 'default');
  lab.in('n6', 'ip', 'address', 'add', '10.99.0.1/24', 'dev', 'lo');
  lab.in('n6', 'ip', 'address', 'add', '2001:db8:99::1/64', 'dev', 'lo');
  lab.day0({
    'meta-data': { 'instance-id': 'i-1', 'local-hostname': 'unused' },
    'network-config': { version: 2, ethernets },
    'user-data': withBgp(),
  });
  const image = process.argv[2] ?? buildImage();
  startFrr(lab, 'n6', frr);
  const begun = Date.now();
  lab.boot(image, { memoryMiB: 1024 });
  await lab.agent.awaitReady(LIMIT_MS);
  await until('ready', LIMIT_MS, async () => (await status(lab)).ready);
  say(`QEMU started to ready, with three daemons of FRR: ${Date.now() - begun} ms`);
  ran = new Ran(lab);
  await ran.play({ do: 'associate' });
}

// What the FRR behind N6 has put into the routing tables of its side.
const announced = () =>
  ['-4', '-6'].flatMap((family) =>
    lab
      .in('n6', 'ip', family, 'route', 'show', 'proto', 'bgp')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' ')[0]),
  );
const hasPools = () => POOLS.every((pool) => announced().includes(pool));

// The guest's routes that lead to a next hop; it has no static ones.
async function learned() {
  const { stdout } = await lab.agent.run('/bin/sh', ['-c', 'ip route; ip -6 route']);
  return stdout.split('\n').filter((line) => line.includes(' via '));
}

async function announces() {
  const took = await until('the pools', LIMIT_MS, hasPools);
  assert.deepEqual(announced(), POOLS, 'more than the pools was announced');
  const defaults = await until('the default routes', LIMIT_MS, async () => (await learned()).length >= 2);
  const routes = await learned();
  assert.ok(
    routes.length === 2 && routes.every((route) => route.startsWith('default ')),
    `learned: ${routes.join(', ')}`,
  );
  assert.match(routes[0], /via 10\.6\.0\.2 dev n6/);
  say(`after ready: pools at the neighbour ${took} ms, default routes from it ${defaults} ms later, and nothing else`);
}

const ping = (session, to) => ({ do: 'ping', session, to, count: PINGS, expect: { answered: PINGS } });

async function carries() {
  await ran.play({
    do: 'establish',
    session: 'ue',
    ue: { v4: '10.60.0.5' },
    gnb: 'gnb',
    downTeid: 0x100,
    qfi: 9,
  });
  await ran.play({
    do: 'establish',
    session: 'six',
    ue: { v6: '2001:db8:60::5' },
    gnb: 'gnb',
    downTeid: 0x600,
    qfi: 5,
  });
  await ran.play(ping('ue', '10.99.0.1'));
  await ran.play(ping('six', '2001:db8:99::1'));
  say(
    `${PINGS} of ${PINGS} pings over IPv4 and over IPv6 to a network of the neighbour, by no static route on either side`,
  );
}

async function tells() {
  await until('BFD', LIMIT_MS, async () => (await status(lab)).gauges.bfd_sessions_up === 2);
  const seen = await status(lab);
  const { bgpneighbor } = seen.labelledGauges;
  assert.ok(seen.ready, seen.reason);
  assert.deepEqual(seen.daemons, { upfd: true, zebra: true, bfdd: true, bgpd: true });
  const lacking = checkIndicators('upf', seen).filter(
    ({ name, label }) => name.startsWith('b') || label === 'bgpneighbor',
  );
  assert.deepEqual(lacking, []);
  assert.equal(seen.gauges.bgp_peers_established, 2);
  assert.deepEqual(bgpneighbor['10.6.0.2'], { established: 1, ipv4_prefixes_received: 1, bfd_up: 1 });
  assert.deepEqual(bgpneighbor['fd06::2'], { established: 1, ipv6_prefixes_received: 1, bfd_up: 1 });
  assert.equal(seen.bgpNeighbors['10.6.0.2'].state, 'Established');
  say(`memory available with FRR: ${Math.round(seen.gauges.memory_available_bytes / 1048576)} MiB`);
}

// bgpd hears on all links; who is no neighbor gets nothing of it.
function keepsOthersOut() {
  const ask = 'exec 3<>/dev/tcp/10.3.0.1/179; timeout 5 wc -c <&3; echo ended with $?';
  assert.equal(lab.in('n3', 'bash', '-c', ask).trim(), '0\nended with 0');
  say('a connection from N3 to the port of BGP is closed without a word');
}

const stateOf = async (address) => (await status(lab)).bgpNeighbors[address].state;

async function guards() {
  await accept(lab, withBgp({ most: 3 }));
  const shut = await until('the limit', LIMIT_MS, async () => (await stateOf('10.6.0.2')) === 'Idle (PfxCt)');
  await until('the pool withdrawn', LIMIT_MS, () => !announced().includes(POOLS[0]));
  assert.ok(announced().includes(POOLS[1]), 'a session was lost that the limit did not concern');
  await accept(lab, withBgp());
  const again = await until('the pool', LIMIT_MS, hasPools);
  say(
    `4 prefixes of a neighbour that may announce 3: shut after ${shut} ms; with a limit of 10 back after ${again} ms`,
  );
  await ran.play(ping('ue', '10.99.0.1'));
}

// The cable at the guest's card goes; links stay up on both sides, so that only BFD can tell.
async function losesN6() {
  const cable = (way) => execFileSync('ip', ['-n', `${lab.tag}-host`, 'link', 'set', 't-n6', way]);
  cable('down');
  const gone = await until('the pools withdrawn', 15_000, () => announced().length === 0);
  await until('the default routes gone', 15_000, async () => (await learned()).length === 0);
  cable('up');
  const back = await until('the pools', LIMIT_MS, hasPools);
  await until('the default routes', LIMIT_MS, async () => (await learned()).length === 2);
  await ran.play(ping('ue', '10.99.0.1'));
  say(`N6 lost without its link: withdrawn on both sides after ${gone} ms (hold time 30 s), back ${back} ms after it`);
}

async function obeys() {
  await accept(lab, document);
  await until('the pools withdrawn', LIMIT_MS, () => announced().length === 0);
  const seen = await status(lab);
  assert.deepEqual([seen.ready, seen.daemons, await learned()], [true, { upfd: true }, []], seen.reason);
  assert.equal(seen.gauges.sessions, 2);
  say('without bgp in the document: withdrawn, its daemons ended, sessions stayed');
  const slow = { keepaliveSeconds: 30, holdSeconds: 90, connectSeconds: 1 };
  const staticRoutes = [{ to: 'default', via: '10.6.0.9' }];
  await accept(lab, { ...withBgp({ bfd: false, timers: slow }), staticRoutes });
  const back = await until('the pools', LIMIT_MS, hasPools);
  await until('the default routes', LIMIT_MS, async () => {
    const { gauges } = await status(lab);
    return gauges.bgp_ipv4_prefixes_received === 1 && (await learned()).length === 2;
  });
  const [four] = await learned();
  assert.match(four, /^default via 10\.6\.0\.9 /, 'a learned route came before a static one');
  say(
    `announced again ${back} ms after it is back in the document; a static default route comes before the learned one`,
  );
}

// Neither BFD nor a hold time shorter than 90 s is at work now: what the neighbour knows, the UPF told it.
async function powersOff() {
  const monitor = connect(lab.monitor);
  monitor.write('{"execute":"qmp_capabilities"}\n{"execute":"system_powerdown"}\n');
  const gone = await until('the pools withdrawn', 10_000, () => announced().length === 0);
  const ended = await Promise.race([lab.qemu.ended, sleep(20_000, 'no')]);
  monitor.destroy();
  assert.notEqual(ended, 'no', 'the power button was not obeyed');
  say(`powered off by its button: withdrawn ${gone} ms after it was pressed`);
}

await carryOut([boots, announces, carries, tells, keepsOthersOut, guards, losesN6, obeys, powersOff], {
  limitMs: 240_000,
  show: showLogs,
  close: async () => {
    await ran?.close();
    await lab.close();
  },
});
