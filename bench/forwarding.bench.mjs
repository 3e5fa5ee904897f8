/**
 * What the VNFs add to the kernel that they stand on: boots beside a kernel with busybox alone, and packets forwarded
 * beside the same guest with its role taken out of the way. Cases take turns within one guest.
 */
import { bareInitramfs } from './bare-guest.mjs';
import { bootGuest, imageOf, inLab, makeSides, prepare, setOffloads, smallPackets, tcp } from './guest-lab.mjs';
import { median } from './lab.mjs';

export const description = 'router and firewall beside plain kernel forwarding';

const bootRounds = 3;
/** Many short turns: what else the machine does then falls on all cases alike. */
const rounds = 10;
const seconds = 1;
/** QEMU translates the guest's code when it first runs. */
const warmUpSeconds = 2;
/** As the image recipe has it (vnf-catalog/image/build-image.sh). */
const cmdline = 'console=ttyS0,115200 loglevel=4 panic=5 no5lvl no_timer_check';
const zones = { inside: { interfaces: ['inside'] }, outside: { interfaces: ['outside'] } };
const traffic = [
  { name: 'ping', from: 'inside', to: 'outside', protocol: 'icmp', action: 'accept' },
  { name: 'traffic', from: 'inside', to: 'outside', source: ['10.1.0.0/24'], action: 'accept' },
];

/** `count` rules that do not match what is sent, before the ones that do. */
function firewallWith(count, { sets = false, offload = false } = {}) {
  const hosts = Array.from({ length: count }, (_, nth) => `172.16.${nth >> 8}.${nth & 255}`);
  const drop = (name, source) => ({ name, from: 'inside', to: 'outside', source, action: 'drop' });
  const rules = sets ? [drop('blocked', ['@blocked'])] : hosts.map((host, nth) => drop(`block-${nth}`, [host]));
  return {
    zones,
    ...(sets && { sets: { blocked: { type: 'ipv4', elements: hosts } } }),
    rules: [...rules, ...traffic],
    offload,
  };
}

const vnfs = {
  router: {
    names: ['west', 'east'],
    document: {
      staticRoutes: Array.from({ length: 100 }, (_, nth) => ({ to: `172.16.${nth}.0/24`, via: '10.2.0.2' })),
      bgp: { asn: 65001, networks: ['10.1.0.0/24'] },
    },
  },
  firewall: { names: ['inside', 'outside'], document: firewallWith(10) },
};

/** The role out of the way: what is left is the kernel's forwarding. */
const plain = {
  router: ['/bin/sh', ['-c', 'for f in /run/berth/alive/*d; do kill -STOP $(cat $f); done']],
  firewall: ['/usr/sbin/nft', ['flush', 'ruleset']],
};

/** What any stateful filter costs at least. */
const trackingAlone = [
  '/bin/sh',
  [
    '-c',
    `nft flush ruleset; nft add table inet t; nft add chain inet t f '{ type filter hook forward priority 0; }'
     nft add rule inet t f ct state established,related accept; nft add rule inet t f accept`,
  ],
];

async function configure(lab, document) {
  await lab.agent.writeFile('/run/wanted', JSON.stringify(document));
  const { code, stderr } = await lab.agent.run('/usr/lib/berth/vnf', ['configure', '/run/wanted']);
  if (code !== 0) throw new Error(`the guest refuses the document: ${stderr}`);
}

/** Each case's figures, by rounds; every other round is run backwards. `cases`: name to what brings it about. */
async function takeTurns(lab, cases, say) {
  const found = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  await smallPackets(lab, warmUpSeconds);
  await tcp(lab, warmUpSeconds);
  for (let turn = 0; turn < rounds; turn++)
    for (const [name, bringAbout] of turn % 2 ? Object.entries(cases).toReversed() : Object.entries(cases)) {
      await bringAbout();
      found[name].push({ packets: await smallPackets(lab, seconds), mbits: await tcp(lab, seconds) });
      say(`round ${turn + 1}, ${name}: ${JSON.stringify(found[name].at(-1))}`);
    }
  return found;
}

function packetsOf(name, casesOf, say) {
  const { names, document } = vnfs[name];
  return inLab(async (lab) => {
    const ethernets = makeSides(lab, names);
    await bootGuest(lab, imageOf(lab, name, 'cloud'), { ethernets, document });
    setOffloads(lab, false);
    return takeTurns(lab, casesOf(lab), say);
  });
}

const routerCases = (lab) => ({
  plain: () => lab.agent.run(...plain.router),
  router: () => lab.agent.run('/bin/sh', ['-c', 'for f in /run/berth/alive/*d; do kill -CONT $(cat $f); done']),
});

const firewallCases = (lab) => ({
  plain: () => lab.agent.run(...plain.firewall),
  'connection tracking alone': () => lab.agent.run(...trackingAlone),
  '10 rules': () => configure(lab, firewallWith(10)),
  '1,000 rules': () => configure(lab, firewallWith(1000)),
  '1,000 addresses in a set': () => configure(lab, firewallWith(1000, { sets: true })),
  'the same, offloaded': () => configure(lab, firewallWith(1000, { sets: true, offload: true })),
});

function bootOf(name, bare) {
  const { names, document } = vnfs[name];
  return inLab(async (lab) => {
    const ethernets = makeSides(lab, names);
    imageOf(lab, name, 'cloud');
    const own = `${lab.folder}/${name}-cloud`;
    const initramfs = bare ? bareInitramfs(`${own}.initramfs`, lab.folder) : `${own}.initramfs`;
    const direct = { kernel: `${own}.vmlinuz`, initramfs, cmdline };
    return bootGuest(lab, undefined, { ethernets, document, direct, bare });
  });
}

async function boots(name, say) {
  const found = { vnf: [], bare: [] };
  for (let turn = 0; turn < bootRounds; turn++)
    for (const kind of ['bare', 'vnf']) {
      const boot = await bootOf(name, kind === 'bare');
      found[kind].push(boot);
      say(`boot ${turn + 1}, ${name} ${kind}: ${Math.round(boot.forwardedMs)} ms, CPU time ${boot.cpuMs} ms`);
    }
  const of = (kind, key) => median(found[kind].map((boot) => boot[key]));
  const ratio = (key) => round(of('vnf', key) / of('bare', key));
  const times = { vnfMs: of('vnf', 'forwardedMs'), bareMs: of('bare', 'forwardedMs') };
  return { ...times, ratio: ratio('forwardedMs'), cpuRatio: ratio('cpuMs') };
}

const round = (number) => Math.round(number * 100) / 100;

/** Ratios to `plain` of the same round, so that what the machine did meanwhile falls out; then their median. */
const ratioOf = (found, name, key) =>
  round(median(found[name].map((each, turn) => each[key] / found.plain[turn][key])));

export async function bench(say) {
  await prepare(say);
  const figures = { rounds, seconds, boot: {}, packets: {} };
  for (const name of Object.keys(vnfs)) {
    figures.boot[name] = await boots(name, say);
  }
  const measured = {
    router: await packetsOf('router', routerCases, say),
    firewall: await packetsOf('firewall', firewallCases, say),
  };
  const rows = [
    ['case', '64-byte UDP / plain', 'TCP in frames of 1500 / plain', 'boot / bare kernel', 'the same in CPU time'],
  ];
  for (const [vnf, found] of Object.entries(measured)) {
    figures.packets[vnf] = {};
    for (const name of Object.keys(found)) {
      const ratios = { packets: ratioOf(found, name, 'packets'), mbits: ratioOf(found, name, 'mbits') };
      figures.packets[vnf][name] = { ...ratios, kpps: round(median(found[name].map(({ packets }) => packets)) / 1000) };
      const { ratio, cpuRatio } = figures.boot[vnf];
      const boot = name === 'plain' ? ['', ''] : [String(ratio), String(cpuRatio)];
      rows.push([`${vnf}, ${name}`, String(ratios.packets), String(ratios.mbits), ...boot]);
    }
  }
  return { rows, figures };
}
