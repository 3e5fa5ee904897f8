/**
 * The two networks that the router joins, and a test host behind each: `address` is the test host's, `routers` the
 * range from which each router takes one.
 */
export const networks = [
  {
    side: 'west',
    bridge: 'berth-west',
    subnet: '10.211.1.0/24',
    subnet6: 'fd00:211:1::/64',
    routers: ['10.211.1.1', '10.211.1.99'],
    address: '10.211.1.250',
    address6: 'fd00:211:1::250',
    namespace: 'berth-qs-west',
    veth: 'berth-qs-w',
  },
  {
    side: 'east',
    bridge: 'berth-east',
    subnet: '10.211.2.0/24',
    subnet6: 'fd00:211:2::/64',
    routers: ['10.211.2.1', '10.211.2.99'],
    address: '10.211.2.250',
    address6: 'fd00:211:2::250',
    namespace: 'berth-qs-east',
    veth: 'berth-qs-e',
  },
];

/** Of a test host, by the family of its packets. */
export const addressOf = ({ address, address6 }, family) => (family === 'IPv6' ? address6 : address);

/**
 * The networks of the chain, and both test hosts: client, west, router, middle, firewall, east, server. The middle has no
 * test host. A VNF's connection points lie on networks by what `vnfs` says.
 */
export const chainNetworks = [
  networks[0],
  { side: 'middle', bridge: 'berth-middle', subnet: '10.211.3.0/24', subnet6: 'fd00:211:3::/64' },
  networks[1],
];

/**
 * Where the UPF of the chain meets the radio and its SMF: one test host, on both networks, is gNB and SMF. A UPF takes one
 * address of each; its N6 is on the east network.
 */
export const radio = {
  namespace: 'berth-qs-radio',
  n3: { bridge: 'berth-n3', subnet: '10.211.4.0/24', address: '10.211.4.250', veth: 'berth-qs-n3' },
  n4: {
    bridge: 'berth-n4',
    subnet: '10.211.5.0/24',
    address: '10.211.5.250',
    second: '10.211.5.251',
    veth: 'berth-qs-n4',
  },
};

/** Every bridge of the chain. */
export const chainBridges = [...chainNetworks, radio.n3, radio.n4];
