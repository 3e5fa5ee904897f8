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
