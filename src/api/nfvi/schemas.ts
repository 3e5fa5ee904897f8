/**
 * Berth's own API: the infrastructure as an operator reads it (IFA005 vocabulary: zone, capacity).
 */
import { Type } from 'typebox';
import { keyValuePairs, text, words } from '../schemas/shared.js';
import { accelerationKinds } from '../../inventory/model.js';
import { functionStates } from '../../inventory/summary.js';

const count = Type.Integer();
const counts = Type.Array(count);
const optionalText = Type.Optional(text);
const amounts = { total: count, claimed: count, free: count };

const cell = Type.Object({
  id: count,
  cpus: Type.Object({
    total: count,
    shared: counts,
    claimed: counts,
    free: counts,
    foreign: Type.Array(Type.Object({ id: count, takenBy: Type.String() })),
  }),
  /** Groups of SMT siblings. */
  cores: Type.Array(counts),
  pages: Type.Array(Type.Object({ pageSizeKiB: count, ...amounts, foreign: count, freeOnHost: Type.Optional(count) })),
  memoryMiB: Type.Object({ ...amounts, reserved: count, foreign: count }),
});

const networkFacts = {
  bridge: optionalText,
  kind: words('bridge', 'isolated', 'ovs', 'physical', 'hostdev'),
  physicalNetwork: optionalText,
  mtu: Type.Optional(count),
  /** It is a VLAN of a physical network, by this network device of the host. */
  vlan: Type.Optional(Type.Object({ physicalNetwork: text, id: count, device: text })),
};
const network = Type.Object({ name: text, ...networkFacts });

const holder = Type.Object({
  vnfcId: text,
  vnfInstanceId: text,
  opOccId: text,
  claims: Type.Array(Type.Object({ kind: text, cell: Type.Optional(count), key: text, amount: count })),
});

export const adminState = words('active', 'draining', 'down', 'lost');

export const host = Type.Object({
  id: text,
  zone: text,
  adminState,
  /** Where its settings come from. Absent: it is missing. */
  origin: Type.Optional(words('configuration', 'fleet-file', 'api')),
  /** As it was configured or added, without secrets. */
  settings: Type.Optional(keyValuePairs),
  /** Why this Berth cannot use the settings, and so does without the host. */
  unusableBecause: optionalText,
  /** True: not in the configuration any more. */
  missing: Type.Optional(Type.Boolean()),
  reachable: Type.Boolean(),
  unreachableBecause: optionalText,
  hostname: optionalText,
  architecture: optionalText,
  cpuModel: optionalText,
  hypervisor: Type.Optional(
    Type.Object({ name: text, version: text, libvirtVersion: text, type: words('1', '2', 'simulated') }),
  ),
  acceleration: Type.Optional(
    Type.Object({
      kind: words(...accelerationKinds, 'simulated'),
      technology: text,
      reason: text,
      overridden: Type.Boolean(),
      probedAt: optionalText,
    }),
  ),
  cells: Type.Array(cell),
  sharedVcpus: Type.Optional(Type.Object(amounts)),
  pools: Type.Array(
    Type.Object({
      name: text,
      capacityMiB: count,
      ...amounts,
      sharesRoomOf: optionalText,
      unusedBecause: optionalText,
    }),
  ),
  networks: Type.Array(network),
  pciFunctions: Type.Array(
    Type.Object({
      address: text,
      kind: words('pf', 'vf'),
      cell: Type.Optional(count),
      physicalNetwork: optionalText,
      netdev: optionalText,
      driver: optionalText,
      iommuGroup: Type.Optional(count),
      linkMbps: Type.Optional(Type.Object(amounts)),
      available: Type.Boolean(),
      /** foreign: others use it. blocked: its card or functions of it are held. gone: from the host, while a VNFC holds it. */
      state: words(...functionStates),
      /** Of a virtual function: address of its card. */
      card: optionalText,
      /** The guest's while it has the function, else the host's. */
      mac: optionalText,
      unavailableBecause: optionalText,
      /** What to do about it: the very command where there is one. */
      fix: optionalText,
      /** It did not come back as it was before its VNFC: given to nobody, and again as soon as it is seen in order. */
      quarantine: Type.Optional(Type.Object({ reason: text, repair: text })),
      vnfcId: optionalText,
    }),
  ),
  holders: Type.Array(holder),
  /** Files of VNFCs that are gone: they keep their claim on disk space, and are tried again. */
  leftovers: Type.Array(Type.Object({ vnfcId: text, pool: text, name: text, reason: text, since: text })),
});

export const networkOnHosts = Type.Object({
  name: text,
  hosts: Type.Array(
    Type.Object({
      hostId: text,
      ...networkFacts,
    }),
  ),
});
