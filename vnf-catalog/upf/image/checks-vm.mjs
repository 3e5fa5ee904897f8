#!/usr/bin/env node
// Holds the UPF's image under plain QEMU to the checks by scapy and tshark (../test):
//   checks-vm.mjs [--emulated] IMAGE.qcow2 [NAME...]      (root; as selftest.mjs, and what ../test wants)
// Those that stop upfd are left out. What they ask of upfd goes by the guest's agent, which has one client: this program.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Lab } from '../../selftest/lab.mjs';
import { carryOut } from '../../selftest/steps.mjs';
import { ethernet, status, until } from '../../selftest/vnf.mjs';

const BOOT_LIMIT_MS = 120_000;
const LIMIT_MS = 1_800_000;
const checks = join(import.meta.dirname, '..', 'test', 'checks.py');

const { values, positionals } = parseArgs({
  options: { emulated: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [image, ...names] = positionals;
const lab = new Lab();
let door;

// The document of ../test/lab.py: a UPF with N9 and pools of both families.
const document = {
  n4: {
    ...{ link: 'n4', nodeId: 'upf.example', allow: ['10.4.0.0/28', 'fd04::/112'] },
    ...{ t1Ms: 300, n1: 2, heartbeatSeconds: 0 },
  },
  interfaces: [
    { link: 'n3', side: 'access', networkInstance: 'access' },
    { link: 'n9', side: 'core', networkInstance: 'n9' },
    { link: 'n6', side: 'core', networkInstance: 'internet', pools: ['10.60.0.0/16', '2001:db8:60::/48'] },
  ],
  staticRoutes: [
    { to: 'default', via: '10.6.0.2' },
    { to: 'default', via: 'fd06::2' },
  ],
  sessions: 20000,
  buffer: { packetsPerSession: 16, packets: 256, seconds: 3 },
  gtpEchoSeconds: 0,
};

async function boots() {
  const ethernets = {};
  for (const [name, net4, net6] of [
    ['n4', '10.4.0', 'fd04::'],
    ['n3', '10.3.0', 'fd03::'],
    ['n9', '10.9.0'],
    ['n6', '10.6.0', 'fd06::'],
  ]) {
    const side = lab.addSide(name, `${net4}.254/24`, `${net4}.1`);
    lab.in(name, 'ip', 'address', 'flush', 'dev', 'eth0', 'scope', 'global');
    ethernets[name] = ethernet(side, `${net4}.1/24`, ...(net6 === undefined ? [] : [`${net6}1/64`]));
  }
  const metaData = { 'instance-id': 'i-1', 'local-hostname': 'unused' };
  lab.day0({ 'meta-data': metaData, 'network-config': { version: 2, ethernets }, 'user-data': document });
  lab.boot(image, { emulated: values.emulated, memoryMiB: 1024 });
  await lab.agent.awaitReady(BOOT_LIMIT_MS);
  await until('ready', BOOT_LIMIT_MS, async () => (await status(lab)).ready);
}

// One line of words, such as `status`; the answer, and the end. A trace waits for packets while others ask.
function openDoor(path) {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    let line = '';
    client.on('data', (bytes) => (line += bytes));
    client.on('end', () => {
      lab.agent.run('/usr/lib/berth/vnf', line.trim().split(' ')).then(
        ({ stdout }) => client.end(stdout),
        (error) => {
          console.error(`${line.trim()}: ${error.message}`);
          client.destroy();
        },
      );
    });
  });
  server.listen(path);
  return server;
}

async function holds() {
  const path = join(lab.folder, 'ask.sock');
  door = openDoor(path);
  const setup = join(lab.folder, 'setup.json');
  const namespaces = Object.fromEntries(lab.sides.map(({ name, netns }) => [name, netns]));
  const ask = `${process.execPath} ${join(import.meta.dirname, 'ask.mjs')} ${path}`;
  writeFileSync(setup, JSON.stringify({ namespaces, ask }));
  const child = spawn('/usr/bin/python3', [checks, '--vm', setup, ...names], { stdio: 'inherit' });
  const code = await new Promise((resolve) => child.on('exit', resolve));
  if (code !== 0) throw new Error('checks have failed');
}

async function close() {
  door?.close();
  await lab.close();
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => close().then(() => process.exit(1)));
await carryOut([boots, holds], {
  limitMs: LIMIT_MS,
  show: () => lab.qemu && console.error(lab.console().slice(-4000)),
  close,
});
