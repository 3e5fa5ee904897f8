// The documents that the packets of table.py and the flows of packets.mjs are sent through.
const HOUR_MS = 3_600_000;
const clock = (hoursFromNow) => new Date(Date.now() + hoursFromNow * HOUR_MS).toISOString().slice(11, 16);

const zones = { inside: { interfaces: ['west'] }, outside: { interfaces: ['east'] } };
const outward = { from: 'inside', to: 'outside', action: 'accept' };
const inward = { from: 'outside', to: 'inside', action: 'accept' };
const tcp = (name, port, more = {}) => ({ name, ...outward, protocol: 'tcp', destinationPorts: [port], ...more });
const udp = (name, port, more = {}) => ({ name, ...outward, protocol: 'udp', destinationPorts: [port], ...more });

export const tableDocument = () => ({
  hostname: 'fw1',
  zones,
  staticRoutes: [{ to: 'fd01:0:0:5::/64', via: 'fd01::2' }],
  sets: {
    ports: { type: 'port', elements: [80, '8000-8100'] },
    bad: { type: 'ipv4', elements: ['10.1.0.64/29'] },
    bad6: { type: 'ipv6', elements: ['fd01::bad:0/112'] },
  },
  rules: [
    { name: 'forbidden', from: 'any', to: 'any', source: ['@bad', '@bad6'], log: true, action: 'drop' },
    tcp('web', '@ports'),
    udp('dns', 53),
    { name: 'ping', ...outward, protocol: 'icmp', icmpTypes: ['echo-request'] },
    { name: 'ping6', ...outward, protocol: 'icmpv6', icmpTypes: ['echo-request'] },
    { name: 'ping-self', ...outward, to: 'self', protocol: 'icmp', icmpTypes: ['echo-request'] },
    tcp('published', '80-82', { ...inward, destination: ['10.1.0.80', 'fd01::80'] }),
    tcp('ssh6', 22, { ...inward, source: 'fd02::/64' }),
    udp('range', 5000, { destination: '10.2.0.100-10.2.0.110' }),
    tcp('few', 7000, { connectionLimit: { perSource: 2 } }),
    udp('slow', 6000, { rateLimit: { packetsPerSecond: 1, burst: 2 } }),
    { name: 'esp', ...outward, protocol: 50 },
    tcp('telnet', 23, { action: 'reject' }),
    udp('echo', 7, { action: 'reject' }),
    udp('now', 6100, { time: { from: clock(-2), to: clock(2) } }),
    udp('later', 6101, { time: { from: clock(2), to: clock(3) } }),
  ],
  nat: {
    source: [
      { name: 'masquerade', from: 'inside', to: 'outside', source: '10.1.0.30', masquerade: true },
      { name: 'masquerade6', from: 'inside', to: 'outside', source: 'fd01::30', masquerade: true },
      { name: 'pool', from: 'inside', to: 'outside', source: '10.1.0.31', address: '10.2.0.20' },
    ],
    destination: [
      {
        name: 'www',
        from: 'outside',
        address: '10.2.0.1',
        protocol: 'tcp',
        ports: '8080-8082',
        toAddress: '10.1.0.80',
        toPorts: '80-82',
      },
      {
        name: 'www6',
        from: 'outside',
        address: 'fd02::1',
        protocol: 'tcp',
        ports: '8080-8082',
        toAddress: 'fd01::80',
        toPorts: '80-82',
      },
    ],
    prefix: [{ name: 'site', zone: 'outside', inside: 'fd01:0:0:5::/64', outside: '2001:db8:5::/64' }],
  },
});

// The flows `always` pass under both, `sometimes` under the first alone.
export const wideDocument = { hostname: 'fw1', zones, rules: [udp('always', 6200), udp('sometimes', 6201)] };
export const narrowDocument = { hostname: 'fw1', zones, rules: [udp('always', 6200)] };
export const wrongDocument = { ...wideDocument, rules: [{ ...wideDocument.rules[0], destinationPort: 6200 }] };

const flow = (v6, port, back = false) => {
  const [inside, outside] = v6 ? ['fd01::2', 'fd02::2'] : ['10.1.0.2', '10.2.0.2'];
  const sport = 30_000 + port;
  return back
    ? { from: 'east', source: outside, target: inside, sport: port, dport: sport, perSecond: 50 }
    : { from: 'west', source: inside, target: outside, sport, dport: port, perSecond: 50 };
};

// `..._back` is the other direction of the same flow.
export const flows = {
  always: flow(false, 6200),
  always_back: flow(false, 6200, true),
  always6: flow(true, 6200),
  sometimes: flow(false, 6201),
  sometimes_back: flow(false, 6201, true),
  sometimes6: flow(true, 6201),
  never: flow(false, 6202),
  never6: flow(true, 6202),
};

const masquerade = [{ name: 'masquerade', from: 'inside', to: 'outside', source: '10.1.0.30', masquerade: true }];

// `fast` passes, unless it is `denied`; its client is masqueraded.
export const offloadDocument = ({ offload = true, denied = false } = {}) => ({
  hostname: 'fw1',
  zones,
  rules: [udp('fast', 6300, denied ? { action: 'drop' } : {})],
  nat: { source: masquerade },
  offload,
});
export const offloadedFlows = {
  there: { from: 'west', source: '10.1.0.30', target: '10.2.0.2', sport: 36_300, dport: 6300, perSecond: 50 },
  back: { from: 'east', source: '10.2.0.2', target: '10.2.0.1', sport: 6300, dport: 36_300, perSecond: 50 },
};

export const ftpDocument = ({ helpers = [], more = [] } = {}) => {
  const helper = (name) => (helpers.includes(name) ? { helper: name } : {});
  return {
    hostname: 'fw1',
    zones,
    helpers,
    rules: [tcp('ftp', 21, helper('ftp')), udp('tftp', 69, helper('tftp')), ...more],
    nat: { source: masquerade },
  };
};
