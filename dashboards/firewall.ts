/** Firewalls of the catalogue: what passes, what is denied, and how full their tables are. */
import { framed, vnfOf } from './parts/frame.ts';
import { guestsOf } from './parts/guests.ts';
import { anyIsNoted, below, calm, lossPerSecond } from './parts/levels.ts';
import { graph } from './parts/panels.ts';

const { gauge, share, rate, line, whether } = guestsOf('firewall');

const verdicts = [
  graph({
    title: 'Packets by verdict',
    description: 'Packets that rules accepted, with those of their flows, and packets that were denied.',
    unit: 'pps',
    levels: calm,
    width: 8,
    queries: [
      { expr: rate('accepted_packets'), legend: line('accepted') },
      { expr: rate('denied_packets'), legend: line('denied') },
      { expr: rate('default_denied_packets'), legend: line('denied, as no rule matched') },
    ],
  }),
  graph({
    title: 'Bytes by verdict',
    description: 'The bytes of these, from the IP header on.',
    unit: 'Bps',
    levels: calm,
    width: 8,
    queries: [
      { expr: rate('accepted_bytes'), legend: line('accepted') },
      { expr: rate('denied_bytes'), legend: line('denied') },
    ],
  }),
  graph({
    title: 'Connections',
    description: 'Tracked connections as a part of how many can be. At 100 % new connections are dropped.',
    unit: 'percentunit',
    levels: below(0.8, 0.95),
    width: 8,
    max: 1,
    queries: [
      {
        expr: share('conntrack_entries', 'conntrack_limit'),
        legend: line('tracked'),
      },
    ],
  }),
];

const dropped = (name: string) => rate(`dropped_${name}_packets`);

const drops = [
  graph({
    title: 'Packets dropped before the rules',
    description:
      'Packets that no rule saw: of a state, with flags or of a source that cannot be. Spoofed or without a zone: look at the zones of the document.',
    unit: 'pps',
    levels: lossPerSecond,
    width: 12,
    queries: [
      { expr: dropped('invalid'), legend: line('invalid state') },
      { expr: dropped('tcp_flags'), legend: line('TCP flags') },
      { expr: dropped('icmp_redirect'), legend: line('ICMP redirect') },
      { expr: dropped('icmp_error'), legend: line('ICMP error of no flow') },
      { expr: dropped('spoofed'), legend: line('spoofed source') },
      { expr: dropped('no_zone'), legend: line('no zone') },
    ],
  }),
  graph({
    title: 'Packets beyond limits',
    description:
      'Connection attempts and packets beyond a limit of the document: an attack, or a limit that is too low.',
    unit: 'pps',
    levels: lossPerSecond,
    width: 12,
    queries: [
      { expr: dropped('syn_limit'), legend: line('SYN protection') },
      { expr: dropped('rate_limit'), legend: line('rate limit of a rule') },
      { expr: dropped('connection_limit'), legend: line('connection limit of a rule') },
    ],
  }),
];

const rules = [
  graph({
    title: 'Packets of each rule',
    description: 'Packets that each rule accepted or denied, and those of the flows that it accepted.',
    unit: 'pps',
    levels: calm,
    width: 8,
    queries: [{ expr: rate('packets', 'rule'), legend: line('{{rule}}') }],
  }),
  graph({
    title: 'Bytes of each rule',
    description: 'The bytes of these.',
    unit: 'Bps',
    levels: calm,
    width: 8,
    queries: [{ expr: rate('bytes', 'rule'), legend: line('{{rule}}') }],
  }),
  graph({
    title: 'Rules',
    description:
      'Rules of the document, and those that can never match, because one before them takes all of their packets.',
    unit: 'short',
    levels: anyIsNoted,
    width: 8,
    queries: [
      { expr: gauge('rules'), legend: line('rules') },
      { expr: gauge('shadowed_rules'), legend: line('shadowed') },
    ],
  }),
];

const zones = [
  graph({
    title: 'Packets from zone to zone',
    description: 'Packets from one zone to another that were accepted, and that were denied.',
    unit: 'pps',
    levels: calm,
    width: 12,
    queries: [
      { expr: rate('accepted_packets', 'zones'), legend: line('{{zones}} accepted') },
      { expr: rate('denied_packets', 'zones'), legend: line('{{zones}} denied') },
    ],
  }),
  graph({
    title: 'Bytes from zone to zone',
    description: 'The bytes of these.',
    unit: 'Bps',
    levels: calm,
    width: 12,
    queries: [
      { expr: rate('accepted_bytes', 'zones'), legend: line('{{zones}} accepted') },
      { expr: rate('denied_bytes', 'zones'), legend: line('{{zones}} denied') },
    ],
  }),
];

export const firewall = framed({
  uid: 'berth-firewall',
  description:
    'Firewalls: what passes, what is denied and why, rules and zones, and how full the table of connections is.',
  variables: [vnfOf('firewall')],
  rows: [
    { title: 'Whether they serve', panels: [whether] },
    { title: 'Verdicts', panels: verdicts },
    { title: 'Drops', panels: drops },
    { title: 'Rules', panels: rules },
    { title: 'Zones', panels: zones },
  ],
});
