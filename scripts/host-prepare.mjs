#!/usr/bin/env node
/**
 * Makes this machine a host that Berth can use: QEMU and libvirt from Debian, hugepages, data-plane bridges. Runs on any
 * Node from 20 on, before `npm ci`. What it changes it remembers in /var/lib/berth/host-prepare.json; `--undo` restores
 * it. An existing libvirt's configuration is never edited.
 */
import { parseArgs } from 'node:util';
import { ensureDebianPackages, missingPackages } from './lib/debian.mjs';
import { missingOnHost, prepareHost, undoHost } from './lib/host/prepare.mjs';
import { carryOut } from './lib/main.mjs';
import { hostPackages } from './lib/packages.mjs';
import { seconds } from './lib/time.mjs';

const usage = `usage: host-prepare.mjs [--hugepages N[:sizeKiB]]... [--bridge NAME]...
       host-prepare.mjs --packages-only
       host-prepare.mjs --check [--hugepages ...] [--bridge ...]
       host-prepare.mjs --undo`;

const { values } = parseArgs({
  options: {
    hugepages: { type: 'string', multiple: true, default: [] },
    bridge: { type: 'string', multiple: true, default: [] },
    'packages-only': { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    undo: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const asked = { hugepages: values.hugepages, bridges: values.bridge };

/** One line per step with its time, what it did below it. */
async function step(title, work) {
  const from = performance.now();
  const said = [];
  await work((line) => said.push(line));
  console.log(`${title} (${seconds(performance.now() - from)})`);
  for (const line of said) console.log(`  ${line}`);
}

async function packages() {
  await step('Debian packages', async (say) => {
    const installed = await ensureDebianPackages(hostPackages, say);
    if (installed.length === 0) say('installed already');
  });
}

async function check() {
  const missing = [
    ...(await missingPackages(Object.keys(hostPackages))).map(
      (name) => `Debian package ${name}: ${hostPackages[name]}`,
    ),
    ...(await missingOnHost(asked)),
  ];
  for (const line of missing) console.log(`missing: ${line}`);
  if (missing.length === 0) console.log('This host is prepared.');
  else process.exitCode = 1;
}

await carryOut(async () => {
  if (values.help) return console.log(usage);
  if (values.check) return check();
  if (values.undo) return undoHost((line) => console.log(`  ${line}`), step);
  await packages();
  if (!values['packages-only']) await prepareHost(asked, (line) => console.log(`  ${line}`), step);
});
