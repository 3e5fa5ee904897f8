/**
 * Full against para-virtualization: the same router image with the same kernel, once with virtio devices, once with
 * emulated ones. Rounds take turns, so that what else the machine does falls on all alike.
 */
import { bootGuest, imageOf, inLab, makeSides, prepare, setOffloads, smallPackets, tcp } from './guest-lab.mjs';
import { median } from './lab.mjs';

export const description = 'what emulated network cards cost beside virtio';

const rounds = 3;
const seconds = 3;
const machines = {
  virtio: {},
  e1000e: { emulated: true, model: 'e1000e' },
  rtl8139: { emulated: true, model: 'rtl8139' },
};

/** One boot, measured with offloads on and off. */
function measure(hardware) {
  return inLab(async (lab) => {
    const ethernets = makeSides(lab, ['west', 'east']);
    const document = { forwarding: true };
    const { forwardedMs: bootMs } = await bootGuest(lab, imageOf(lab, 'router', 'full'), {
      ethernets,
      document,
      ...hardware,
    });
    const withOffloads = await tcp(lab, seconds);
    setOffloads(lab, false);
    return { bootMs, withOffloads, without: await tcp(lab, seconds), packets: await smallPackets(lab, seconds) };
  });
}

const round = (number) => Math.round(number * 100) / 100;

export async function bench(say) {
  await prepare(say);
  const found = Object.fromEntries(Object.keys(machines).map((name) => [name, []]));
  for (let turn = 0; turn < rounds; turn++)
    for (const [name, hardware] of Object.entries(machines)) {
      found[name].push(await measure(hardware));
      say(`round ${turn + 1}, ${name}: ${JSON.stringify(found[name].at(-1))}`);
    }
  const medians = Object.fromEntries(
    Object.entries(found).map(([name, all]) => [
      name,
      Object.fromEntries(Object.keys(all[0]).map((key) => [key, median(all.map((each) => each[key]))])),
    ]),
  );
  const ratio = (name, key) => round(medians[name][key] / medians.virtio[key]);
  const ratios = Object.fromEntries(
    Object.keys(machines).map((name) => [
      name,
      Object.fromEntries(Object.keys(medians.virtio).map((key) => [key, ratio(name, key)])),
    ]),
  );
  const heading = ['card', 'TCP, offloads on', 'TCP, offloads off', '64-byte UDP', 'boot to first packet'];
  const rows = Object.keys(machines).map((name) => {
    const { withOffloads, without, packets, bootMs } = medians[name];
    const times = ratios[name];
    return [
      name,
      `${Math.round(withOffloads)} Mbit/s (x ${times.withOffloads})`,
      `${Math.round(without)} Mbit/s (x ${times.without})`,
      `${Math.round(packets / 1000)} kpps (x ${times.packets})`,
      `${Math.round(bootMs)} ms (x ${times.bootMs})`,
    ];
  });
  return { rows: [heading, ...rows], figures: { rounds, seconds, medians, ratios } };
}
