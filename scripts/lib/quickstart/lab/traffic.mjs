/**
 * Two test hosts on the lab's host: a network namespace each, with a virtual function of its own, one in each VLAN. They
 * share no VLAN: what arrives was forwarded by the router.
 */
import { networks } from '../networks.mjs';

/** All cards of the lab are on one wire; VLANs tell the networks apart. */
export const wire = 'physnet0';

/** The last function of each card is the test hosts', and withheld from Berth. */
const lastFunction = 6;

export const sides = networks.map(({ side, ...network }, index) => ({
  ...network,
  cpd: side,
  card: ['0000:41:00.0', '0000:81:00.0'][index],
  function: ['0000:41:11.4', '0000:81:11.4'][index],
  mac: `52:54:00:7e:57:0${index}`,
  vlan: 100 + index,
  namespace: side,
}));

const functionsOf = (card) => `/sys/bus/pci/devices/${card}`;

/** The driver of virtual functions takes that of the test host, and leaves all others alone. */
const take = ({ card, function: address, mac, vlan }) => [
  `echo 0 > ${functionsOf(card)}/sriov_drivers_autoprobe`,
  `echo igbvf > ${functionsOf(address)}/driver_override`,
  `card=$(ls ${functionsOf(card)}/net)`,
  `ip link set "$card" vf ${lastFunction} mac ${mac}`,
  `ip link set "$card" vf ${lastFunction} vlan ${vlan}`,
];

const settle = ({ namespace, function: address, address: ip }) => [
  `device=$(ls ${functionsOf(address)}/net)`,
  `ip netns add ${namespace}`,
  `ip link set "$device" netns ${namespace} name side`,
  `ip -n ${namespace} link set lo up`,
  `ip -n ${namespace} address add ${ip}/24 dev side`,
  `ip -n ${namespace} link set side up`,
];

const giveBack = ({ card, function: address, namespace }) => [
  `ip netns delete ${namespace} 2>/dev/null`,
  `echo ${address} > /sys/bus/pci/drivers/igbvf/unbind 2>/dev/null`,
  `echo > ${functionsOf(address)}/driver_override`,
  `ip link set "$(ls ${functionsOf(card)}/net)" vf ${lastFunction} vlan 0`,
  `echo 1 > ${functionsOf(card)}/sriov_drivers_autoprobe`,
];

export class LabTraffic {
  #lab;

  constructor(lab) {
    this.#lab = lab;
  }

  async make() {
    const probe = sides.map(({ function: address }) => `echo ${address} > /sys/bus/pci/drivers_probe`);
    const lines = [...sides.flatMap(take), 'modprobe igbvf', ...probe, 'udevadm settle', ...sides.flatMap(settle)];
    await this.#lab.shell(['set -e', ...lines].join('\n'));
  }

  /** What is not there is gone already. */
  async remove() {
    await this.#lab.tryShell([...sides.flatMap(giveBack), 'modprobe -r igbvf'].join('\n'));
  }

  /** `addresses` has the next hop of each side. */
  async routeVia(addresses) {
    const lines = sides.flatMap(({ namespace, cpd }) => [
      `ip -n ${namespace} route replace default via ${addresses[cpd]}`,
      `ip -n ${namespace} neighbour flush dev side`,
    ]);
    await this.#lab.shell(['set -e', ...lines].join('\n'));
  }

  async ping(count, { intervalSeconds = 0.2, waitSeconds = 3 } = {}) {
    const [west, east] = sides;
    const words = `ping -n -c ${count} -i ${intervalSeconds} -W ${waitSeconds} ${east.address}`;
    const { stdout } = await this.#lab.tryShell(`ip netns exec ${west.namespace} ${words}`);
    const ttls = [...stdout.matchAll(/ttl=(\d+)/g)].map((match) => Number(match[1]));
    const times = /= [\d.]+\/([\d.]+)\//.exec(stdout)?.[1];
    return { sent: count, received: ttls.length, ttls: [...new Set(ttls)], averageMs: Number(times) };
  }
}
