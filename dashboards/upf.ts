/** UPFs of the catalogue: user traffic, sessions, N4, GTP-U, buffers and BGP. */
import { neighborStates } from './parts/bgp.ts';
import { framed, vnfOf } from './parts/frame.ts';
import { guestsOf } from './parts/guests.ts';
import { anyIsBad, below, calm, lossPerSecond } from './parts/levels.ts';
import { graph } from './parts/panels.ts';

const { gauge, share, rate, line, whether } = guestsOf('upf');

const traffic = [
  graph({
    title: 'User packets',
    description: 'Packets of users that came in and that went on, up (from N3 and N9) and down (to UEs).',
    unit: 'pps',
    levels: calm,
    width: 8,
    queries: [
      { expr: rate('up_in_packets'), legend: line('up in') },
      { expr: rate('up_forwarded_packets'), legend: line('up on') },
      { expr: rate('down_in_packets'), legend: line('down in') },
      { expr: rate('down_forwarded_packets'), legend: line('down on') },
    ],
  }),
  graph({
    title: 'User bytes',
    description: 'The bytes of these, as inner IP packets.',
    unit: 'Bps',
    levels: calm,
    width: 8,
    queries: [
      { expr: rate('up_in_bytes'), legend: line('up in') },
      { expr: rate('up_forwarded_bytes'), legend: line('up on') },
      { expr: rate('down_in_bytes'), legend: line('down in') },
      { expr: rate('down_forwarded_bytes'), legend: line('down on') },
    ],
  }),
  graph({
    title: 'Bytes of each network instance',
    description: 'User packets that came in and went out at each network instance and link.',
    unit: 'Bps',
    levels: calm,
    width: 8,
    queries: [
      { expr: rate('received_bytes', 'networkinstance'), legend: line('{{networkinstance}} in') },
      { expr: rate('sent_bytes', 'networkinstance'), legend: line('{{networkinstance}} out') },
    ],
  }),
];

const drops = [
  graph({
    title: 'Dropped user packets',
    description: 'User packets that were dropped, up and down. The reasons stand beside.',
    unit: 'pps',
    levels: lossPerSecond,
    width: 8,
    queries: [
      { expr: rate('up_dropped_packets'), legend: line('up') },
      { expr: rate('down_dropped_packets'), legend: line('down') },
    ],
  }),
  graph({
    title: 'Why packets up were dropped',
    description: 'Dropped packets on the way up by reason, such as no session for their TEID.',
    unit: 'pps',
    levels: lossPerSecond,
    width: 8,
    queries: [{ expr: rate('packets', 'updropreason'), legend: line('{{updropreason}}') }],
  }),
  graph({
    title: 'Why packets down were dropped',
    description: 'Dropped packets on the way down by reason, such as no session for their address.',
    unit: 'pps',
    levels: lossPerSecond,
    width: 8,
    queries: [{ expr: rate('packets', 'downdropreason'), legend: line('{{downdropreason}}') }],
  }),
];

const sessions = [
  graph({
    title: 'Sessions',
    description: 'Sessions as a part of how many there can be. At 100 % new ones are refused.',
    unit: 'percentunit',
    levels: below(0.8, 0.95),
    width: 12,
    max: 1,
    queries: [
      { expr: share('sessions', 'sessions_limit'), legend: line('sessions') },
      { expr: share('session_memory_used_bytes', 'session_memory_limit_bytes'), legend: line('memory of rules') },
    ],
  }),
  graph({
    title: 'Sessions that began and ended',
    description: 'Sessions that were accepted, that an SMF ended, and that ended with their SMF.',
    unit: 'ops',
    levels: calm,
    width: 12,
    queries: [
      { expr: rate('sessions_established'), legend: line('established') },
      { expr: rate('sessions_deleted'), legend: line('deleted') },
      { expr: rate('sessions_ended_with_their_smf'), legend: line('ended with their SMF') },
    ],
  }),
  graph({
    title: 'Rules and tunnels',
    description:
      'What is kept of sessions, and what the tables of the eBPF programs have of it. These should move together.',
    unit: 'short',
    levels: calm,
    width: 12,
    queries: [
      { expr: gauge('sessions'), legend: line('sessions') },
      { expr: gauge('data_path_sessions'), legend: line('sessions in the data path') },
      { expr: gauge('teids'), legend: line('TEIDs') },
      { expr: gauge('data_path_teids'), legend: line('TEIDs in the data path') },
      { expr: gauge('pdrs'), legend: line('PDRs') },
      { expr: gauge('data_path_ue_routes'), legend: line('UE prefixes in the data path') },
    ],
  }),
  graph({
    title: 'Pools of UE addresses',
    description: 'Addresses and prefixes that the UPF gave, as a part of its pools.',
    unit: 'percentunit',
    levels: below(0.8, 0.95),
    width: 12,
    max: 1,
    queries: [
      { expr: share('ipv4_used', 'ipv4_addresses', 'pool'), legend: line('{{pool}} IPv4') },
      { expr: share('ipv6_used', 'ipv6_prefixes', 'pool'), legend: line('{{pool}} IPv6') },
    ],
  }),
];

const n4 = [
  graph({
    title: 'Associations',
    description: 'SMFs that have an association. Nought: no SMF speaks to it, and no session can begin.',
    unit: 'short',
    levels: [
      ['red', null],
      ['green', 1],
    ],
    width: 6,
    height: 9,
    queries: [{ expr: gauge('associations'), legend: line('SMFs') }],
  }),
  graph({
    title: 'N4 messages',
    description: 'Messages by type, received and sent.',
    unit: 'ops',
    levels: calm,
    width: 9,
    height: 9,
    queries: [
      { expr: rate('received', 'n4message'), legend: line('{{n4message}} received') },
      { expr: rate('sent', 'n4message'), legend: line('{{n4message}} sent') },
    ],
  }),
  graph({
    title: 'N4 responses by cause',
    description: 'Responses by their cause. Others than accepted say what an SMF asked and could not have.',
    unit: 'ops',
    levels: calm,
    width: 9,
    height: 9,
    queries: [{ expr: rate('responses', 'n4cause'), legend: line('{{n4cause}}') }],
  }),
  graph({
    title: 'N4 that went wrong',
    description: 'Requests sent again, not answered or dropped, and messages that were not understood or not allowed.',
    unit: 'ops',
    levels: lossPerSecond,
    width: 24,
    queries: [
      { expr: rate('unanswered', 'n4message'), legend: line('{{n4message}} unanswered') },
      { expr: rate('n4_retransmissions'), legend: line('sent again') },
      { expr: rate('n4_requests_dropped'), legend: line('dropped for want of room') },
      { expr: rate('n4_duplicate_requests'), legend: line('came again') },
      { expr: rate('n4_stray_responses'), legend: line('responses to nothing') },
      { expr: rate('n4_stranger_datagrams'), legend: line('of strangers') },
      { expr: rate('n4_malformed_datagrams'), legend: line('malformed') },
      { expr: rate('n4_version_refused_messages'), legend: line('of another version') },
      { expr: rate('n4_requests_for_foreign_nodes'), legend: line('for foreign nodes') },
      { expr: rate('n4_datagrams_cut'), legend: line('cut short') },
      { expr: rate('n4_messages_not_sent'), legend: line('not sent') },
    ],
  }),
];

const reports = [
  graph({
    title: 'Reports to SMFs',
    description: 'Usage, downlink data and error indication reports that were sent, and reports that nobody answered.',
    unit: 'ops',
    levels: calm,
    width: 8,
    queries: [
      { expr: rate('usage_reports'), legend: line('usage') },
      { expr: rate('downlink_data_reports'), legend: line('downlink data') },
      { expr: rate('error_indication_reports'), legend: line('error indication') },
      { expr: rate('reports_failed'), legend: line('not answered') },
    ],
  }),
  graph({
    title: 'Buffers',
    description: 'Packets that wait in buffers, by way, and in all as upfd counts them.',
    unit: 'short',
    levels: calm,
    width: 8,
    queries: [
      { expr: gauge('up_buffered_packets'), legend: line('up') },
      { expr: gauge('down_buffered_packets'), legend: line('down') },
      { expr: gauge('buffer_held_packets'), legend: line('held by upfd') },
    ],
  }),
  graph({
    title: 'What became of buffered packets',
    description: 'Packets that were buffered, forwarded later, or dropped in the end.',
    unit: 'pps',
    levels: calm,
    width: 8,
    queries: [
      { expr: rate('buffer_packets'), legend: line('buffered') },
      { expr: rate('buffer_drained_packets'), legend: line('forwarded later') },
      { expr: rate('buffer_given_up_packets'), legend: line('given up') },
    ],
  }),
];

const gtpu = [
  graph({
    title: 'GTP-U peers',
    description: 'Peers that sessions lead to, and those that do not answer echo requests.',
    unit: 'short',
    levels: anyIsBad,
    width: 12,
    queries: [
      { expr: gauge('gtpu_peers'), legend: line('peers') },
      { expr: gauge('gtpu_peers_failed'), legend: line('that do not answer') },
    ],
  }),
  graph({
    title: 'GTP-U paths that failed and came back',
    description: 'Peers that stopped answering echo requests, and that answer again.',
    unit: 'ops',
    levels: lossPerSecond,
    width: 12,
    queries: [
      { expr: rate('gtpu_path_failures'), legend: line('failed') },
      { expr: rate('gtpu_path_recoveries'), legend: line('came back') },
    ],
  }),
  graph({
    title: 'GTP-U messages',
    description: 'Messages that are no user packet: echo requests, error indications and end markers.',
    unit: 'ops',
    levels: calm,
    width: 12,
    queries: [
      { expr: rate('gtpu_messages_received'), legend: line('received') },
      { expr: rate('gtpu_malformed_messages'), legend: line('malformed') },
      { expr: rate('gtpu_messages_not_sent'), legend: line('not sent') },
      { expr: rate('end_markers_sent'), legend: line('end markers sent') },
    ],
  }),
  graph({
    title: 'GTP-U error indications',
    description: 'For tunnels that no session has: sent, held back, received, and received for nothing here.',
    unit: 'ops',
    levels: lossPerSecond,
    width: 12,
    queries: [
      { expr: rate('gtpu_errors_sent'), legend: line('sent') },
      { expr: rate('gtpu_errors_not_sent'), legend: line('not sent') },
      { expr: rate('gtpu_errors_received'), legend: line('received') },
      { expr: rate('gtpu_errors_of_no_session'), legend: line('of no session') },
      { expr: rate('gtpu_errors_not_believed'), legend: line('not believed') },
    ],
  }),
  graph({
    title: 'Events, log lines and files that were lost',
    description:
      'What the programs had to tell upfd and found no room for, sentences that its log left out, and files of sessions that were damaged and set aside.',
    unit: 'ops',
    levels: lossPerSecond,
    width: 12,
    queries: [
      { expr: rate('events_lost'), legend: line('events') },
      { expr: rate('log_sentences_left_out'), legend: line('log sentences') },
      { expr: rate('session_files_set_aside'), legend: line('session files set aside') },
    ],
  }),
  graph({
    title: 'What the kernel forwards beside the data path',
    description: 'Packets that the kernel forwarded, which no program took, or dropped for want of a route.',
    unit: 'pps',
    levels: calm,
    width: 12,
    queries: [
      { expr: rate('ip_forwarded_datagrams'), legend: line('IPv4') },
      { expr: rate('ip6_forwarded_datagrams'), legend: line('IPv6') },
      { expr: rate('ip_out_no_routes'), legend: line('no route') },
    ],
  }),
];

const bgp = [
  ...neighborStates(
    { gauge, line },
    'Whether the BGP session with the neighbor behind N6 is established. Down: it has no route to UEs.',
    'no BGP by its configuration',
  ),
  graph({
    title: 'BGP and BFD sessions',
    description: 'Sessions with neighbors behind N6 that are established, and BFD sessions that are up.',
    unit: 'short',
    levels: calm,
    width: 12,
    empty: 'no BGP by its configuration',
    queries: [
      { expr: gauge('bgp_peers_established'), legend: line('BGP') },
      { expr: gauge('bfd_sessions_up'), legend: line('BFD') },
    ],
  }),
  graph({
    title: 'Default routes over BGP',
    description:
      'Default routes that were taken from neighbors, of each and of all. Nought: no way out but static ones.',
    unit: 'short',
    levels: calm,
    width: 12,
    empty: 'no BGP by its configuration',
    queries: [
      { expr: gauge('bgp_ipv4_prefixes_received'), legend: line('all IPv4') },
      { expr: gauge('bgp_ipv6_prefixes_received'), legend: line('all IPv6') },
      { expr: gauge('ipv4_prefixes_received', 'bgpneighbor'), legend: line('{{bgpneighbor}} IPv4') },
      { expr: gauge('ipv6_prefixes_received', 'bgpneighbor'), legend: line('{{bgpneighbor}} IPv6') },
    ],
  }),
];

export const upf = framed({
  uid: 'berth-upf',
  description: '5G user planes: user traffic, sessions, N4 with their SMFs, buffers, GTP-U and BGP.',
  variables: [vnfOf('upf')],
  rows: [
    { title: 'Whether they serve', panels: [whether] },
    { title: 'User traffic', panels: traffic },
    { title: 'Drops', panels: drops },
    { title: 'Sessions', panels: sessions },
    { title: 'N4', panels: n4 },
    { title: 'Reports and buffers', panels: reports },
    { title: 'GTP-U and the rest', panels: gtpu },
    { title: 'BGP behind N6', panels: bgp },
  ],
});
