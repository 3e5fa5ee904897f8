/**
 * PCI functions: an IOMMU that keeps them apart, and cards that are up, wired and near their guests.
 */
import { shellWord } from '../../shared/shell-word.js';
import type { PciFunction } from '../model.js';
import { groupFix } from '../iommu-groups.js';
import { isSimulated, type AuditRule, type AuditSubject, type Found } from './rule.js';

const given = ({ host }: AuditSubject): readonly PciFunction[] =>
  host.facts.pciFunctions.filter(({ kind, physicalNetwork }) => kind !== 'other' && physicalNetwork !== undefined);

const nameOf = ({ address, netdev }: { readonly address: string; readonly netdev?: string }): string =>
  netdev === undefined ? address : `${netdev} (${address})`;

const mostNamed = 8;

const someOf = (names: readonly string[]): string =>
  names.length <= mostNamed
    ? names.join(', ')
    : `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more`;

const sentence = (clause: string): string => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;

/** One for all of these functions, which are given to nobody for one reason. */
function findingOf(all: readonly PciFunction[]): readonly Found[] {
  const [first] = all;
  if (first?.takenBy === undefined) return [];
  return [
    {
      reason: `Given to nobody: ${someOf(all.map(nameOf))}: ${first.takenBy}.`,
      fix: sentence(first.takenFix ?? 'see docs/sriov.md'),
    },
  ];
}

export const functionRules: readonly AuditRule[] = [
  {
    code: 'HOST-IOMMU',
    severity: 'error',
    right: 'A host whose functions are given to guests has an IOMMU in use.',
    because: 'Without it a function writes to all memory of the host, and libvirt hands none out.',
    judge: (subject) => {
      const functions = given(subject);
      if (functions.length === 0) return [];
      const isOff = subject.tuning.iommu === false || functions.every(({ iommuGroup }) => iommuGroup === undefined);
      if (!isOff) return [];
      return [
        {
          reason: `${functions.length} functions are to be given to guests, and the host uses no IOMMU.`,
          fix: 'Switch VT-d or AMD-Vi on in the firmware, and boot the kernel with intel_iommu=on iommu=pt (AMD: iommu=pt).',
        },
      ];
    },
  },
  {
    code: 'HOST-VF-DRIVER',
    severity: 'error',
    right: 'Functions can have the driver that hands them to guests (vfio-pci).',
    because: 'Without it no guest with a function starts. A driver of the host for virtual functions is not needed.',
    judge: (subject) => findingOf(given(subject).filter(({ fault }) => fault === 'driver')),
  },
  {
    code: 'HOST-IOMMU-GROUP',
    severity: 'error',
    right: 'Each function that is given to guests has an IOMMU group of its own.',
    because:
      'A group goes to one guest as a whole, and its members reach one another’s memory: Berth gives none of it.',
    judge: (subject) => {
      const groups = Map.groupBy(subject.host.facts.pciFunctions, ({ iommuGroup }) => iommuGroup);
      return [...groups].flatMap(([group, members]) => {
        const meant = given(subject).filter((one) => members.includes(one));
        if (group === undefined || members.length < 2 || meant.length === 0) return [];
        return [
          {
            reason: `Functions ${someOf(members.map(nameOf))} share IOMMU group ${group}.`,
            fix: sentence(groupFix),
          },
        ];
      });
    },
  },
  {
    code: 'HOST-NIC-DOWN',
    severity: 'warning',
    right: 'Cards whose functions are given to guests have a link.',
    because: 'Guests behind it reach nobody, and nothing is counted of its speed.',
    judge: (subject) => {
      const { cards } = subject.tuning;
      if (cards === undefined) return undefined;
      const used = new Set(given(subject).flatMap(({ address, parent }) => [address, parent ?? address]));
      return cards
        .filter(({ address, isUp }) => used.has(address) && isUp === false)
        .map((card) => ({
          reason: `Card ${nameOf(card)} has no link.`,
          fix: `\`ip link set ${shellWord(card.netdev ?? 'DEVICE')} up\` on the host, at each boot; where it stays down, see cable and switch.`,
        }));
    },
  },
  {
    code: 'HOST-VF-NONE',
    severity: 'info',
    right: 'A card that can have virtual functions has some.',
    because: 'VNFs that ask for one find none there.',
    judge: ({ tuning: { cards } }) =>
      cards
        ?.filter(({ functions, mostFunctions }) => mostFunctions > 0 && functions === 0)
        .map((card) => ({
          reason: `Card ${nameOf(card)} could have ${card.mostFunctions} virtual functions, and has none.`,
          fix: `If VNFs are to use it: \`echo ${card.mostFunctions} > /sys/bus/pci/devices/${card.address}/sriov_numvfs\` or fewer, at each boot (docs/sriov.md); libvirt has no call for it.`,
        })),
  },
  {
    code: 'HOST-VF-NETWORK',
    severity: 'info',
    right: 'Somebody has said where the wire of each card with virtual functions leads.',
    because: 'Its functions are given to no guest otherwise.',
    judge: ({ host: { facts } }) => {
      const parents = new Set(facts.pciFunctions.flatMap(({ kind, parent }) => (kind === 'vf' ? (parent ?? []) : [])));
      return facts.pciFunctions
        .filter(
          ({ kind, address, physicalNetwork }) =>
            kind === 'pf' && parents.has(address) && physicalNetwork === undefined,
        )
        .map((card) => ({
          reason: `Card ${nameOf(card)} has virtual functions and no physical network.`,
          fix: 'Name it under physicalNetworks of the host in the configuration (docs/sriov.md).',
        }));
    },
  },
  {
    code: 'HOST-NIC-NETWORK',
    severity: 'error',
    right: 'It is clear on which one physical network each card is.',
    because: 'A guest on the wrong wire reaches the wrong peers, so functions of such a card are given to nobody.',
    judge: (subject) => {
      const unclear = given(subject).filter(({ fault }) => fault === 'network');
      return [...Map.groupBy(unclear, ({ address, parent }) => parent ?? address).values()].flatMap(findingOf);
    },
  },
  {
    code: 'HOST-NIC-CELL',
    severity: 'warning',
    right: 'On a host of several cells each function says to which one it belongs.',
    because: 'A guest that has to be near its card is placed by that.',
    judge: (subject) => {
      if (subject.host.facts.cells.length < 2) return [];
      return given(subject)
        .filter(({ cell }) => cell === undefined)
        .map((one) => ({
          reason: `Function ${nameOf(one)} does not say to which cell it belongs.`,
          fix: 'Bring the firmware up to date: it has to tell the proximity of slots (_PXM).',
        }));
    },
  },
  {
    code: 'HOST-VF-TAKEN',
    severity: 'info',
    right: 'Nobody else uses functions that are to be given to guests.',
    because: 'They are given to nobody while somebody does.',
    judge: (subject) =>
      given(subject).flatMap((one) =>
        one.takenBy === undefined || one.quarantine !== undefined || one.fault !== undefined
          ? []
          : [
              {
                reason: `Function ${nameOf(one)} is given to nobody: ${one.takenBy}.`,
                fix:
                  one.takenFix === undefined
                    ? 'Take it from whoever has it, or leave it to them with withheldFunctions in the configuration.'
                    : sentence(one.takenFix),
              },
            ],
      ),
  },
  {
    code: 'HOST-VF-QUARANTINE',
    severity: 'warning',
    right: 'Functions that VNFCs gave back are as they were before.',
    because: 'The next guest would not start with it, or the host would have an address of the last one.',
    judge: (subject) =>
      given(subject).flatMap((one) =>
        one.quarantine === undefined
          ? []
          : [
              {
                reason: `Function ${nameOf(one)} is in quarantine: ${one.quarantine.reason}.`,
                fix: `On the host: ${one.quarantine.repair}.`,
              },
            ],
      ),
  },
  {
    code: 'HOST-VF-STATE',
    severity: 'warning',
    right: 'Virtual functions have the trust and the rates that the configuration says.',
    because: 'Berth believes what it is told (trustedCards, rateLimitedCards): libvirt does not tell.',
    check: (subject) => {
      const cards = new Set(given(subject).flatMap(({ kind, parent }) => (kind === 'vf' ? (parent ?? []) : [])));
      const devices = subject.host.facts.pciFunctions.flatMap(({ address, netdev }) =>
        cards.has(address) ? (netdev ?? []) : [],
      );
      if (devices.length === 0 || isSimulated(subject)) return undefined;
      return {
        command: devices.map((device) => `ip link show ${shellWord(device)}`).join('; '),
        right:
          'vf lines with spoof checking on; trust on exactly for trustedCards; link-state auto; no vlan on functions that no VNFC has',
      };
    },
  },
];
