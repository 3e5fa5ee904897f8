/** Metrics of hosts and their NUMA cells. */
import { type MetricSpec, perCard, perCell, perHost } from './spec.js';

export const hostMetrics = {
  hosts: {
    type: 'gauge',
    name: 'berth_hosts',
    help: 'Hosts by zone, admin state and whether the hypervisor answers; counts also those without series of their own.',
    labels: ['zone', 'admin_state', 'up'],
  },
  hostUp: {
    type: 'gauge',
    name: 'berth_host_up',
    help: '1 while the host’s hypervisor answers.',
    labels: ['host', 'zone'],
  },
  hostUnreachable: {
    type: 'gauge',
    name: 'berth_host_unreachable_info',
    help: 'Always 1, while the host’s hypervisor does not answer; reason is what was said last, cut short.',
    labels: ['host', 'reason'],
  },
  hostAdminState: {
    type: 'gauge',
    name: 'berth_host_admin_state',
    help: '1 for the state that the operator gave the host: active, draining, down or lost.',
    labels: ['host', 'state'],
  },
  hostInfo: {
    type: 'gauge',
    name: 'berth_host_info',
    help: 'Always 1; what the host is. type: 1 on the metal, 2 inside an operating system.',
    labels: ['host', 'hostname', 'architecture', 'cpu_model', 'hypervisor', 'version', 'libvirt_version', 'type'],
  },
  hostAcceleration: {
    type: 'gauge',
    name: 'berth_host_acceleration_info',
    help: 'Always 1; the verdict on hardware-assisted virtualization and how it was found out.',
    labels: ['host', 'kind', 'technology', 'reason', 'overridden'],
  },
  hostCpus: {
    type: 'gauge',
    name: 'berth_host_cpus',
    help: 'Host CPUs by state: shared, claimed (dedicated to a VNFC), foreign (others are pinned to them) or free.',
    labels: [...perCell, 'state'],
  },
  hostSharedVcpus: {
    type: 'gauge',
    name: 'berth_host_shared_vcpus',
    help: 'Shared vCPUs that the host accepts, by state: claimed or free.',
    labels: [...perHost, 'state'],
  },
  hostHugepages: {
    type: 'gauge',
    name: 'berth_host_hugepages',
    help: 'Hugepages by state: claimed (by VNFCs), foreign (used by others) or free; their sum is the pool.',
    labels: [...perCell, 'page_size_bytes', 'state'],
  },
  hostHugepagesUnused: {
    type: 'gauge',
    name: 'berth_host_hugepages_unused',
    help: 'Hugepages that the host itself reports as unused, last time it was asked.',
    labels: [...perCell, 'page_size_bytes'],
  },
  hostMemory: {
    type: 'gauge',
    name: 'berth_host_memory_bytes',
    help: 'Plain memory by state: reserved (for the host), claimed or free.',
    labels: [...perCell, 'state'],
  },
  hostPool: {
    type: 'gauge',
    name: 'berth_host_pool_bytes',
    help: 'Storage pool by state: claimed or free.',
    labels: [...perHost, 'pool', 'state'],
  },
  hostPciFunctions: {
    type: 'gauge',
    name: 'berth_host_pci_functions',
    help: 'PCI functions for passthrough by address of their card and by state: free, claimed (by VNFCs), foreign (used by others), down (its card is), unusable (no network named, an IOMMU group shared, or withheld), quarantined (not as before a VNFC had it), blocked (its card or functions of it are held) or gone (from the host, while a VNFC holds it); cell is empty where the host does not tell it. No series of states that no function has.',
    labels: [...perCell, 'card', 'kind', 'physical_network', 'state'],
  },
  hostCardUp: {
    type: 'gauge',
    name: 'berth_host_card_up',
    help: '1 while a card on a physical network has a link, 0 while it has none; no series while a guest has the card, or nobody knows.',
    labels: perCard,
  },
  hostCardLink: {
    type: 'gauge',
    name: 'berth_host_card_link_bytes_per_second',
    help: 'Speed of the link of a card on a physical network, while it is up and known.',
    labels: perCard,
  },
  hostCardClaimed: {
    type: 'gauge',
    name: 'berth_host_card_claimed_bytes_per_second',
    help: 'Bit rates that virtual functions of a card have claimed of its link, in bytes.',
    labels: perCard,
  },
  hostClaims: {
    type: 'gauge',
    name: 'berth_host_claims',
    help: 'Claims held by VNFCs; cell is empty where it has no meaning.',
    labels: [...perCell, 'kind'],
  },
  hostMissing: {
    type: 'gauge',
    name: 'berth_host_missing_vnfcs',
    help: 'VNFCs of a host that is in the database and not in the configuration.',
    labels: ['host'],
  },
} as const satisfies Record<string, MetricSpec>;
