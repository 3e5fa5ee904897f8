/** Routers of the catalogue: what they forward, what they drop, who their neighbors are. */
import { neighborStates } from './parts/bgp.ts';
import { framed, vnfOf } from './parts/frame.ts';
import { guestsOf } from './parts/guests.ts';
import { below, calm, lossPerSecond } from './parts/levels.ts';
import { graph } from './parts/panels.ts';

const { gauge, rate, line, whether } = guestsOf('router');

const forwarding = [
  graph({
    title: 'Forwarded packets',
    description: 'Packets that the router forwards, by family.',
    unit: 'pps',
    levels: calm,
    width: 12,
    queries: [
      { expr: rate('ip_forwarded_datagrams'), legend: line('IPv4') },
      { expr: rate('ip6_forwarded_datagrams'), legend: line('IPv6') },
    ],
  }),
  graph({
    title: 'Dropped packets',
    description:
      'Packets dropped for want of a route, or on arrival for want of memory. No route: look at the neighbors below.',
    unit: 'pps',
    levels: lossPerSecond,
    width: 12,
    queries: [
      { expr: rate('ip_out_no_routes'), legend: line('no route') },
      { expr: rate('ip_in_discards'), legend: line('on arrival') },
    ],
  }),
];

const routing = [
  graph({
    title: 'Routes',
    description:
      'Routes in the main tables of both families, connected ones included. A sudden loss: a neighbor went away.',
    unit: 'short',
    levels: calm,
    width: 8,
    height: 9,
    queries: [{ expr: gauge('routes'), legend: line('routes') }],
  }),
  graph({
    title: 'Prefixes received over BGP',
    description: 'Prefixes that all BGP neighbors together announce, by family.',
    unit: 'short',
    levels: calm,
    width: 8,
    height: 9,
    queries: [
      { expr: gauge('bgp_ipv4_prefixes_received'), legend: line('IPv4') },
      { expr: gauge('bgp_ipv6_prefixes_received'), legend: line('IPv6') },
    ],
  }),
  graph({
    title: 'Neighbors',
    description: 'Established BGP sessions, full OSPF neighbors and BFD sessions that are up.',
    unit: 'short',
    levels: calm,
    width: 8,
    height: 9,
    queries: [
      { expr: gauge('bgp_peers_established'), legend: line('BGP') },
      { expr: gauge('ospf_neighbors_full'), legend: line('OSPFv2') },
      { expr: gauge('ospf6_neighbors_full'), legend: line('OSPFv3') },
      { expr: gauge('bfd_sessions_up'), legend: line('BFD') },
    ],
  }),
];

const each = [
  ...neighborStates({ gauge, line }, 'Whether the BGP session with the neighbor is established.'),
  graph({
    title: 'Prefixes of each BGP neighbor',
    description:
      'Prefixes that the neighbor announces, by family. Nought of an established session: it has nothing, or a filter takes all.',
    unit: 'short',
    levels: below(100_000, 1_000_000),
    width: 12,
    height: 9,
    queries: [
      { expr: gauge('ipv4_prefixes_received', 'bgpneighbor'), legend: line('{{bgpneighbor}} IPv4') },
      { expr: gauge('ipv6_prefixes_received', 'bgpneighbor'), legend: line('{{bgpneighbor}} IPv6') },
    ],
  }),
  graph({
    title: 'Full OSPF neighbors of each interface',
    description: 'OSPF neighbors in state full on each interface.',
    unit: 'short',
    levels: calm,
    width: 12,
    height: 9,
    queries: [
      { expr: gauge('neighbors_full', 'ospfinterface'), legend: line('{{ospfinterface}} OSPFv2') },
      { expr: gauge('neighbors_full', 'ospf6interface'), legend: line('{{ospf6interface}} OSPFv3') },
    ],
  }),
];

export const router = framed({
  uid: 'berth-router',
  description: 'Routers: what they forward and drop, and their routing neighbors.',
  variables: [vnfOf('router')],
  rows: [
    { title: 'Whether they serve', panels: [whether] },
    { title: 'Forwarding', panels: forwarding },
    { title: 'Routing', panels: routing },
    { title: 'Each neighbor', panels: each },
  ],
});
