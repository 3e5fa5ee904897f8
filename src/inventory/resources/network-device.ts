/**
 * Devices of the host that a network gives to one guest each (libvirt's forward mode passthrough): one for each vNIC.
 */
import { row } from './resource.js';
import { sumResource } from './sum.js';

export const networkDevice = sumResource({
  kind: 'network',
  places: ({ facts }) => facts.networks.map(({ name, devices = Infinity }) => ({ key: name, total: devices })),
  ifAbsent: 'endless',
  asked: {
    wants: ({ networks, networkJoins }) => networks.map((key) => ({ key, amount: networkJoins?.[key] ?? 1 })),
    unit: (key, amount) => `device${amount === 1 ? '' : 's'} of network ${key}, one for each vNIC`,
  },
  rows: ({ networkDevices = {} }) => Object.entries(networkDevices).map(([network, count]) => row(network, count)),
  placeText: (key) => `network ${key}`,
  guardUnit: 'devices',
  words: { name: 'network devices', limit: 'network-devices', constraint: 'network-devices' },
  wouldServe: ({ key }, { demand }) => demand.networks.includes(key),
});
