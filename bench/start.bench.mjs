/**
 * How long from asking Berth for a VNF until its VM runs, for one and for ten at once, beside what `virsh define` and
 * `start` need for the same XML, and for the same XML without what Berth adds to spare libvirt its CPU check.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../scripts/lib/run.mjs';
import { sleep } from '../scripts/lib/time.mjs';
import * as vnf from '../scripts/lib/quickstart/vnf.mjs';
import { median, withBerth } from './lab.mjs';

export const description = 'API accept to QEMU running, one VM and ten at once, beside virsh define + start';

const rounds = { 1: 5, 10: 3 };
const flavour = 'shared';
/** Every VM floats over every CPU, as many as have to. */
const settings = () => {
  const sharedCpus = Array.from({ length: availableParallelism() }, (_, cpu) => cpu);
  return { reserved: { sharedCpus, memoryMiBPerCell: [512] }, sharedCpuRatio: 10 };
};

const virsh = (...args) => run('virsh', ['-q', '-c', 'qemu:///system', ...args]);

const domainNames = async (api, ids) => {
  const infos = await Promise.all(ids.map((id) => vnf.instance(api, id)));
  return infos.flatMap((info) => info.instantiatedVnfInfo.vnfcResourceInfo.map(({ metadata }) => metadata.domainName));
};

/** Milliseconds from the first request until the last VM runs. */
async function throughBerth({ api, vnfdId, events }, count) {
  const ids = [];
  for (let n = 0; n < count; n++) ids.push(await vnf.create(api, vnfdId, `bench-${n}`));
  const fromMs = Date.now();
  const done = Promise.all(ids.map((id) => vnf.instantiate(api, id, flavour)));
  const starts = await Promise.race([
    events.starts(() => true, count, fromMs),
    done.then(() => events.starts(() => true, count, fromMs, 5000)),
  ]);
  await done;
  return { ids, ms: starts.at(-1) - fromMs };
}

/** What Berth adds so that libvirt does not read every CPU property: src/libvirt-xml/parts/cpu-check.ts. */
const cpuCheckLeftOut = /<qemu:capabilities>[\s\S]*?<\/qemu:capabilities>/;

/** The domains that Berth made, stopped and undefined, with their definitions in files. */
async function takeDefinitions({ api }, ids, folder) {
  const names = await domainNames(api, ids);
  await Promise.all(
    ids.map((id) => vnf.operate(api, id, 'operate', { changeStateTo: 'STOPPED', stopType: 'FORCEFUL' })),
  );
  return Promise.all(
    names.map(async (name) => {
      const xml = await virsh('dumpxml', '--inactive', name);
      const asIs = join(folder, `${name}.xml`);
      const checked = join(folder, `${name}-checked.xml`);
      writeFileSync(asIs, xml);
      writeFileSync(checked, xml.replace(cpuCheckLeftOut, ''));
      await virsh('undefine', name);
      return { name, asIs, checked };
    }),
  );
}

/** One virsh per VM, side by side: define and start on one connection. */
async function throughVirsh({ events }, definitions, variant) {
  const names = new Set(definitions.map(({ name }) => name));
  const fromMs = Date.now();
  const done = Promise.all(definitions.map((each) => virsh(`define ${each[variant]}; start ${each.name}`)));
  await done;
  const starts = await events.starts((name) => names.has(name), definitions.length, fromMs);
  await Promise.all(definitions.map(({ name }) => virsh(`destroy ${name}; undefine ${name}`)));
  return starts.at(-1) - fromMs;
}

async function remove(api, ids) {
  await Promise.all(ids.map((id) => vnf.terminate(api, id)));
  await Promise.all(ids.map((id) => vnf.removeInstance(api, id)));
}

async function measure(lab, count, folder, say) {
  const figures = { berthMs: [], virshMs: [], virshDefaultCheckMs: [] };
  for (let round = 0; round < rounds[count]; round++) {
    const { ids, ms } = await throughBerth(lab, count);
    const definitions = await takeDefinitions(lab, ids, folder);
    figures.berthMs.push(ms);
    figures.virshMs.push(await throughVirsh(lab, definitions, 'asIs'));
    figures.virshDefaultCheckMs.push(await throughVirsh(lab, definitions, 'checked'));
    await remove(lab.api, ids);
    say(`${count} at once, round ${round + 1}: ${JSON.stringify(figures)}`);
    await sleep(500);
  }
  return Object.fromEntries(Object.entries(figures).map(([name, values]) => [name, median(values)]));
}

const ratio = (a, b) => Number((a / b).toFixed(2));

function result(count, { berthMs, virshMs, virshDefaultCheckMs }) {
  return {
    vms: count,
    rounds: rounds[count],
    berthMs,
    virshMs,
    virshDefaultCheckMs,
    ratioToVirsh: ratio(berthMs, virshMs),
    ratioToVirshDefaultCheck: ratio(berthMs, virshDefaultCheckMs),
  };
}

const heading = ['VMs', 'Berth', 'virsh, same XML', 'ratio', 'virsh, default CPU check', 'ratio'];
const row = (each) => [
  each.vms,
  `${each.berthMs} ms`,
  `${each.virshMs} ms`,
  each.ratioToVirsh,
  `${each.virshDefaultCheckMs} ms`,
  each.ratioToVirshDefaultCheck,
];

export async function bench(say) {
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
  try {
    return await withBerth(
      say,
      async (lab) => {
        await remove(lab.api, (await throughBerth(lab, 1)).ids);
        const results = [];
        for (const count of [1, 10]) results.push(result(count, await measure(lab, count, folder, say)));
        return { rows: [heading, ...results.map(row)], figures: { flavour, results } };
      },
      settings(),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
