/**
 * Two test hosts in network namespaces of their own, one behind each bridge, and the pings between them. They share
 * no network but the router: what arrives was forwarded by it.
 */
import { run, tryRun } from '../run.mjs';
import { addressOf, networks, radio } from './networks.mjs';

const ip = (...args) => run('ip', args);
const inside = ({ namespace }, ...command) => run('ip', ['netns', 'exec', namespace, ...command]);

export async function makeTestHosts() {
  for (const network of networks) {
    const { namespace, veth, bridge, address, address6 } = network;
    await ip('netns', 'add', namespace);
    await ip('link', 'add', veth, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
    await ip('link', 'set', veth, 'master', bridge, 'up');
    await inside(network, 'ip', 'link', 'set', 'lo', 'up');
    await inside(network, 'ip', 'address', 'add', `${address}/24`, 'dev', 'eth0');
    await inside(network, 'ip', 'address', 'add', `${address6}/64`, 'dev', 'eth0', 'nodad');
    await inside(network, 'ip', 'link', 'set', 'eth0', 'up');
  }
}

/** A test host that is both gNB (eth3, on N3) and SMF (eth4, on N4, with an address for each UPF). */
export async function makeRadioHost() {
  const { namespace, n3, n4 } = radio;
  await ip('netns', 'add', namespace);
  await inside(radio, 'ip', 'link', 'set', 'lo', 'up');
  for (const [link, { veth, bridge, address, second }] of Object.entries({ eth3: n3, eth4: n4 })) {
    await ip('link', 'add', veth, 'type', 'veth', 'peer', 'name', link, 'netns', namespace);
    await ip('link', 'set', veth, 'master', bridge, 'up');
    for (const each of [address, second].filter(Boolean))
      await inside(radio, 'ip', 'address', 'add', `${each}/24`, 'dev', link);
    await inside(radio, 'ip', 'link', 'set', link, 'up');
  }
}

/** Removing what is not there is done already. A namespace takes its end of the pair along, and so the other end. */
export async function removeTestHosts() {
  for (const { namespace, veth } of networks) {
    await tryRun('ip', ['netns', 'delete', namespace]);
    await tryRun('ip', ['link', 'delete', veth]);
  }
  await tryRun('ip', ['netns', 'delete', radio.namespace]);
  for (const { veth } of [radio.n3, radio.n4]) await tryRun('ip', ['link', 'delete', veth]);
}

/** Sends both test hosts through a VNF, or a chain of them: `addresses` has the next hop of each side, of one family. */
export async function routeVia(addresses) {
  for (const network of networks) {
    const family = addresses[network.side].includes(':') ? '-6' : '-4';
    await inside(network, 'ip', family, 'route', 'replace', 'default', 'via', addresses[network.side]);
    await inside(network, 'ip', 'neighbour', 'flush', 'dev', 'eth0');
  }
}

/** Pings from west to east; `ttls` shows that a router was in between: it takes one off 64. */
export async function ping(count, { intervalSeconds = 0.05, waitSeconds = 1, family = 'IPv4' } = {}) {
  const [west, east] = networks;
  const args = ['ping', '-n', '-c', count, '-i', intervalSeconds, '-W', waitSeconds, addressOf(east, family)];
  const { stdout } = await tryRun('ip', ['netns', 'exec', west.namespace, ...args.map(String)]);
  const ttls = [...stdout.matchAll(/ttl=(\d+)/g)].map((match) => Number(match[1]));
  const times = /= [\d.]+\/([\d.]+)\//.exec(stdout)?.[1];
  return { sent: count, received: ttls.length, ttls: [...new Set(ttls)], averageMs: Number(times) };
}
