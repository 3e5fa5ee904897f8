/**
 * Data-plane bridges: a Linux bridge, and a libvirt network of the same name that hands it to guests.
 *
 * With br_netfilter loaded, iptables filters bridged frames too, and a FORWARD policy of DROP (Docker sets one) eats
 * the data plane. The switch for that is global, so it stays as it is; where it is on, frames that stay on one of our
 * bridges are accepted by a rule of their own, which undoing takes away.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, tryRun } from '../run.mjs';
import { readValue, writeValue } from './sysfs.mjs';

const uri = ['-q', '-c', 'qemu:///system'];
const filters = [
  { command: 'iptables', file: '/proc/sys/net/bridge/bridge-nf-call-iptables' },
  { command: 'ip6tables', file: '/proc/sys/net/bridge/bridge-nf-call-ip6tables' },
];

export const bridgeExists = (name) => existsSync(`/sys/class/net/${name}/bridge`);

export async function networkExists(name) {
  return (await tryRun('virsh', [...uri, 'net-info', name])).code === 0;
}

export function checkBridgeName(name) {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/.test(name)) return name;
  throw new Error(`--bridge ${name}: a bridge name has 1 to 15 letters, digits, dots, dashes or underscores.`);
}

export async function ensureBridge(name, state, tell) {
  if (!bridgeExists(name)) await makeBridge(name, state, tell);
  for (const { command, file } of filters) if (readValue(file) === '1') await letThrough(command, name, state, tell);
  if (await networkExists(name)) return;
  note(state, 'networks', name);
  await defineNetwork(name);
  await run('virsh', [...uri, 'net-autostart', name]);
  await run('virsh', [...uri, 'net-start', name]);
  tell(`libvirt network ${name} on it`);
}

/** virsh reads definitions from files only. */
async function defineNetwork(name) {
  const folder = mkdtempSync(join(tmpdir(), 'berth-network-'));
  const file = join(folder, `${name}.xml`);
  try {
    writeFileSync(file, networkXml(name));
    await run('virsh', [...uri, 'net-define', file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function makeBridge(name, state, tell) {
  if (existsSync(`/sys/class/net/${name}`)) throw new Error(`--bridge ${name}: a device of that name is no bridge.`);
  note(state, 'bridges', name);
  await run('ip', ['link', 'add', name, 'type', 'bridge', 'stp_state', '0', 'forward_delay', '0']);
  await run('ip', ['link', 'set', name, 'up']);
  // The host is no party on it: no address, not even a link-local one.
  if (existsSync(`/proc/sys/net/ipv6/conf/${name}`)) writeValue(`/proc/sys/net/ipv6/conf/${name}/disable_ipv6`, 1);
  tell(`bridge ${name}`);
}

const ruleFor = (name) => ['FORWARD', '-i', name, '-o', name, '-m', 'comment', '--comment', 'berth', '-j', 'ACCEPT'];

async function letThrough(command, name, state, tell) {
  if ((await tryRun(command, ['-w', '-C', ...ruleFor(name)])).code === 0) return;
  note(state, 'rules', `${command} ${name}`);
  await run(command, ['-w', '-I', ...ruleFor(name)]);
  tell(`${command} lets pass what stays on ${name} (bridged frames are filtered on this host)`);
}

/** Also after a reboot, when only libvirt's networks are left of it. */
export async function undoBridges(state, tell) {
  for (const name of state.get('networks') ?? []) {
    await tryRun('virsh', [...uri, 'net-destroy', name]);
    if (await networkExists(name)) await run('virsh', [...uri, 'net-undefine', name]);
    tell(`libvirt network ${name} removed`);
  }
  state.set('networks', undefined);
  for (const rule of state.get('rules') ?? []) {
    const [command, name] = rule.split(' ');
    await tryRun(command, ['-w', '-D', ...ruleFor(name)]);
  }
  state.set('rules', undefined);
  for (const name of state.get('bridges') ?? []) {
    if (bridgeExists(name)) await run('ip', ['link', 'delete', name, 'type', 'bridge']);
    tell(`bridge ${name} removed`);
  }
  state.set('bridges', undefined);
}

const note = (state, key, value) => state.set(key, [...new Set([...(state.get(key) ?? []), value])]);

const networkXml = (name) => `<network><name>${name}</name><forward mode='bridge'/><bridge name='${name}'/></network>`;
