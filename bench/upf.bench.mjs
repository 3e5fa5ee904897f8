/**
 * The UPF beside the kernel that it stands on: the same guest routes, tunnels with the kernel's own GTP (gtp.ko), and is a UPF
 * with 1, 1,000 and 100,000 sessions, in turns. Also session establishments, memory of a session, and the boot.
 * With --native the eBPF programs alone, in namespaces of this machine. Ratios are of processor time per packet.
 */
import { Ran } from '../vnf-catalog/upf/image/ran.mjs';
import { accept, status } from '../vnf-catalog/selftest/vnf.mjs';
import { ensureDebianPackages } from '../scripts/lib/debian.mjs';
import { imagePackages } from '../scripts/lib/packages.mjs';
import { inLab, prepare } from './guest-lab.mjs';
import { median } from './lab.mjs';
import { measureNative } from './upf-native.mjs';
import {
  bootUpf,
  documentFor,
  establish,
  measure,
  mostSessions,
  openSinks,
  settle,
  startKernelGtp,
} from './upf-lab.mjs';

export const description = 'the UPF beside plain routing and gtp.ko';

/** Many short turns: what else the machine does then falls on all cases alike. */
const rounds = 10;
const seconds = 0.5;
const counts = [1, 1000, mostSessions];
/** Inner IPv4 packets: those of frames of 64 bytes, and long ones. */
const sizes = { '64 bytes': 46, '1400 bytes': 1400 };
const mostPings = 20;
const firstUe = '10.64.0.1';

// The other way would not pass: by N4 nothing is forwarded.
const plain = (bytes) => ({ from: 'n5', to: 'n4', command: ['plain', '10.5.0.2', '10.4.0.2', 1, bytes] });

const nameOf = (sessions) => `UPF, ${sessions.toLocaleString('en')} session${sessions === 1 ? '' : 's'}`;

/** What is sent, by case and direction. */
const casesOf = (lab, sessions) => ({
  plain: { up: plain, down: plain },
  ...(sessions === 1 && {
    'gtp.ko': {
      up: (bytes) => ({
        ...{ from: 'n4', to: 'n5' },
        command: ['up', '10.4.0.2', '10.4.0.1', `${lab.folder}/one`, 0, '10.99.0.1', '10.5.0.2', bytes],
      }),
      down: (bytes) => ({ from: 'n5', to: 'n4', command: ['plain', '10.5.0.2', '10.99.0.1', 1, bytes] }),
    },
  }),
  [nameOf(sessions)]: {
    up: (bytes) => ({
      ...{ from: 'n3', to: 'n6' },
      command: ['up', '10.3.0.2', '10.3.0.1', `${lab.folder}/teids`, 9, firstUe, '10.6.0.2', bytes],
    }),
    down: (bytes) => ({ from: 'n6', to: 'n3', command: ['plain', '10.6.0.2', firstUe, sessions, bytes] }),
  },
});

/** What `measure` finds by case, direction and size, once in each turn; every other turn is run backwards. */
async function takeTurns(lab, sessions, say) {
  const all = Object.entries(casesOf(lab, sessions)).flatMap(([name, ways]) =>
    Object.entries(ways).flatMap(([way, send]) =>
      Object.entries(sizes).map(([size, bytes]) => ({ name, way, size, send: send(bytes), found: [] })),
    ),
  );
  for (const { send } of all) await measure(lab, { ...send, seconds });
  for (let turn = 0; turn < rounds; turn++) {
    for (const each of turn % 2 ? all.toReversed() : all)
      each.found.push(await measure(lab, { ...each.send, seconds }));
    say(`turn ${turn + 1}: ${all.map(({ found }) => Math.round(found.at(-1).ns)).join(' ')} ns a packet`);
  }
  return all.map(({ name, way, size, found }) => ({ name, way, size, found, plain: plainOf(all, way, size) }));
}

const plainOf = (all, way, size) =>
  all.find((each) => each.name === 'plain' && each.way === way && each.size === size).found;

/** How many had no answer before. */
async function pingUntilAnswered(ran) {
  for (let lost = 0; lost < mostPings; lost++) {
    const { ok } = await ran.try({ do: 'ping', session: 'ue', to: '10.6.0.2', count: 1, withinMs: 1000 });
    if (ok) return lost;
  }
  throw new Error(`of ${mostPings} pings of the first session none was answered`);
}

/** From QEMU's start until the UPF has an association, and until a UE's ping comes back. */
async function bootTimes(lab, begun) {
  const ran = new Ran(lab, {
    smfs: { smf: { local: '10.4.0.3', peer: '10.4.0.1', nodeId: 'smf.example', waitMs: 50, tries: 1200 } },
  });
  try {
    await ran.play({ do: 'associate' });
    const associationMs = Date.now() - begun;
    const ue = { v4: '10.64.0.1' };
    await ran.play({ do: 'establish', session: 'ue', ue, gnb: 'gnb', downTeid: 1, qfi: 9 });
    const lostPings = await pingUntilAnswered(ran);
    const forwardedMs = Date.now() - begun;
    await ran.play({ do: 'delete', session: 'ue' });
    await ran.play({ do: 'release' });
    return { associationMs, forwardedMs, lostPings };
  } finally {
    await ran.close();
  }
}

const available = async (lab) => (await status(lab)).gauges.memory_available_bytes;

/** Establishes what is missing up to each count and takes the turns there. */
async function overCounts(lab, say) {
  const turns = [];
  const establishments = [];
  let made = 0;
  for (const count of counts) {
    const found = establish(lab, made, count - made);
    if (count > 1) establishments.push({ sessions: count - made, perSecond: (count - made) / found.seconds, ...found });
    say(`${count} sessions; ${JSON.stringify(found)}`);
    made = count;
    turns.push(...(await takeTurns(lab, count, say)));
  }
  return { turns, establishments };
}

async function run(lab, say) {
  const boot = await bootTimes(lab, await bootUpf(lab));
  say(`boot: ${JSON.stringify(boot)}`);
  await settle(lab);
  const bare = await available(lab);
  await accept(lab, documentFor(mostSessions));
  const withTables = await available(lab);
  await startKernelGtp(lab);
  openSinks(lab);
  const { turns, establishments } = await overCounts(lab, say);
  const full = await available(lab);
  const perSession = {
    tableBytes: Math.round((bare - withTables) / mostSessions),
    usedBytes: Math.round((withTables - full) / mostSessions),
  };
  return { boot, establishments, perSession, turns };
}

const round = (number) => Math.round(number * 100) / 100;

/** The median of the ratios to plain routing in the same turn: above 1, a packet costs less than there. */
const ratioOf = (found, beside) => round(median(found.map((ns, turn) => beside[turn] / ns)));
const nsOf = (found) => found.map(({ ns }) => ns);

const figureOf = ({ name, way, size, found, plain: beside }) => ({
  ...{ name, way, size },
  ratio: ratioOf(nsOf(found), nsOf(beside)),
  ns: Math.round(median(nsOf(found))),
  kpps: round(median(found.map(({ rate }) => rate)) / 1000),
});

const measured =
  'In one guest under QEMU with TCG (its code is translated, so costs relate otherwise than on a processor), 1 vCPU; processor time of QEMU per packet.';

export async function bench(say) {
  await prepare(say);
  say(measured);
  const { turns, ...more } = await inLab((lab) => run(lab, say));
  const packets = turns.map(figureOf).filter(({ name, way }) => name !== 'plain' || way === 'up');
  const rows = [
    ['case', 'direction', 'packets', 'kpps', 'ns', 'of plain routing'],
    ...packets.map(({ name, way, size, kpps, ns, ratio }) => [name, way, size, ...[kpps, ns, ratio].map(String)]),
    ...more.establishments.map(({ sessions, perSecond }) =>
      line(`establishing ${sessions.toLocaleString('en')} sessions`, `${Math.round(perSecond)}/s`),
    ),
    line('memory of a session: table, used', `${more.perSession.tableBytes}, ${more.perSession.usedBytes} bytes`),
    line('QEMU started to association, to a forwarded ping', `${more.boot.associationMs}, ${more.boot.forwardedMs} ms`),
  ];
  return { rows, figures: { measured, rounds, seconds, ...more, packets } };
}

const line = (what, figure) => [what, ...Array.from({ length: 4 }, () => ''), figure];

const measuredNatively =
  "The eBPF programs on this machine's own kernel, between veth links; processor time of the thread that sends and forwards, per packet.";

const sizeOf = (bytes) => Object.keys(sizes).find((name) => sizes[name] === bytes);

export async function native(say) {
  await ensureDebianPackages(imagePackages, say);
  say(measuredNatively);
  const found = measureNative(counts);
  const packets = found.map(({ sessions, way, bytes, ns }) => {
    const beside = found.find((each) => each.way === 'plain' && each.sessions === sessions && each.bytes === bytes).ns;
    return {
      name: nameOf(sessions),
      way,
      size: sizeOf(bytes),
      ns: Math.round(median(ns)),
      ratio: ratioOf(ns, beside),
    };
  });
  const rows = [
    ['beside', 'direction', 'packets', 'ns', 'of plain routing'],
    ...packets.map(({ name, way, size, ns, ratio }) => [name, way, size, String(ns), String(ratio)]),
  ];
  return { rows, figures: { measured: measuredNatively, packets } };
}
