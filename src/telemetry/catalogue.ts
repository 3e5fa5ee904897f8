/**
 * Every metric of Berth: the only place with names. `docs/metrics.md` is generated from this table, dashboards and rules
 * are checked against it. Names are snake_case in base units; counters end in `_total`, nothing else does.
 */
export interface MetricSpec {
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, seconds. */
  readonly buckets?: readonly number[];
}

const perHost = ['host'] as const;
const perCell = ['host', 'cell'] as const;
const perVnfc = ['host', 'vnf_instance_id', 'vnfc_id', 'vdu'] as const;
const perDisk = [...perVnfc, 'device'] as const;
const perInterface = [...perVnfc, 'cpd', 'mac'] as const;

const callSeconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300] as const;

export const catalogue = {
  buildInfo: { type: 'gauge', name: 'berth_build_info', help: 'Always 1; the version of Berth.', labels: ['version'] },

  dataSize: {
    type: 'gauge',
    name: 'berth_data_directory_size_bytes',
    help: 'Size of the file system that the data directory is on; no sample where it does not say.',
    labels: ['folder'],
  },
  dataFree: {
    type: 'gauge',
    name: 'berth_data_directory_free_bytes',
    help: 'Bytes of that file system that Berth may still write.',
    labels: ['folder'],
  },
  dataReserve: {
    type: 'gauge',
    name: 'berth_data_directory_reserve_bytes',
    help: 'What packages leave free of it for the database (`reserveMiB`).',
    labels: ['folder'],
  },
  dataBelowReserve: {
    type: 'gauge',
    name: 'berth_data_directory_below_reserve',
    help: '1 while less is free than the reserve: packages are refused, the database goes on.',
    labels: ['folder'],
  },

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
    help: 'PCI functions for passthrough by state: available or taken.',
    labels: [...perHost, 'kind', 'physical_network', 'state'],
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
  vnfcChanges: {
    type: 'counter',
    name: 'berth_vnfc_unexpected_changes_total',
    help: 'Domains of VNFCs that ended, were started or paused (change) without an operation, by libvirt’s word for why.',
    labels: ['host', 'change', 'reason'],
  },
  vnfcWaiting: {
    type: 'gauge',
    name: 'berth_vnfc_waiting',
    help: '1 while the VNFC waits to be started again after its host went down; the log and the API say for what.',
    labels: perVnfc,
  },
  vnfcDifferences: {
    type: 'gauge',
    name: 'berth_vnfc_differences',
    help: 'How many differences the VNFC’s domain has from its plan; the log and the API name them.',
    labels: perVnfc,
  },
  vnfcUp: {
    type: 'gauge',
    name: 'berth_vnfc_up',
    help: '1 while the VNFC’s domain runs; no sample while that is unknown.',
    labels: perVnfc,
  },
  vnfcAnswers: {
    type: 'gauge',
    name: 'berth_vnfc_hypervisor_answers',
    help: '0 while the hypervisor process of the VNFC does not answer: it hangs, or waits for a disk. Its counters are old or missing then.',
    labels: perVnfc,
  },
  vnfcAgent: {
    type: 'gauge',
    name: 'berth_vnfc_agent_connected',
    help: '1 while the guest agent is connected.',
    labels: perVnfc,
  },
  vnfcHealthy: {
    type: 'gauge',
    name: 'berth_vnfc_guest_healthy',
    help: '1 while the guest’s status command says ready.',
    labels: perVnfc,
  },
  vnfcRefusedNumbers: {
    type: 'gauge',
    name: 'berth_vnfc_guest_refused_numbers',
    help: 'Counters and gauges of the guest’s last status that are not shown: too many, or with a name or value that will not do (docs/vnf-guest-contract.md).',
    labels: perVnfc,
  },
  vnfcCpu: {
    type: 'counter',
    name: 'berth_vnfc_cpu_seconds_total',
    help: 'CPU time used by the domain.',
    labels: perVnfc,
  },
  vnfcVcpu: {
    type: 'counter',
    name: 'berth_vnfc_vcpu_seconds_total',
    help: 'CPU time used by one virtual CPU.',
    labels: [...perVnfc, 'vcpu'],
  },
  vnfcMemory: {
    type: 'gauge',
    name: 'berth_vnfc_memory_bytes',
    help: 'Memory given to the domain.',
    labels: perVnfc,
  },
  vnfcResident: {
    type: 'gauge',
    name: 'berth_vnfc_memory_resident_bytes',
    help: 'Memory of the domain that is resident on the host; hugepages are not counted by the kernel here.',
    labels: perVnfc,
  },
  diskReadBytes: {
    type: 'counter',
    name: 'berth_vnfc_disk_read_bytes_total',
    help: 'Bytes read from a disk.',
    labels: perDisk,
  },
  diskReads: {
    type: 'counter',
    name: 'berth_vnfc_disk_reads_total',
    help: 'Read requests to a disk.',
    labels: perDisk,
  },
  diskWrittenBytes: {
    type: 'counter',
    name: 'berth_vnfc_disk_written_bytes_total',
    help: 'Bytes written to a disk.',
    labels: perDisk,
  },
  diskWrites: {
    type: 'counter',
    name: 'berth_vnfc_disk_writes_total',
    help: 'Write requests to a disk.',
    labels: perDisk,
  },
  diskCapacity: {
    type: 'gauge',
    name: 'berth_vnfc_disk_capacity_bytes',
    help: 'Size of a disk as the guest sees it.',
    labels: perDisk,
  },
  diskAllocation: {
    type: 'gauge',
    name: 'berth_vnfc_disk_allocation_bytes',
    help: 'Space that a disk takes on the host.',
    labels: perDisk,
  },
  receivedBytes: {
    type: 'counter',
    name: 'berth_vnfc_interface_received_bytes_total',
    help: 'Bytes that the guest received.',
    labels: perInterface,
  },
  receivedPackets: {
    type: 'counter',
    name: 'berth_vnfc_interface_received_packets_total',
    help: 'Packets that the guest received.',
    labels: perInterface,
  },
  receiveErrors: {
    type: 'counter',
    name: 'berth_vnfc_interface_receive_errors_total',
    help: 'Packets towards the guest with errors.',
    labels: perInterface,
  },
  receiveDrops: {
    type: 'counter',
    name: 'berth_vnfc_interface_receive_drops_total',
    help: 'Packets towards the guest that were dropped.',
    labels: perInterface,
  },
  sentBytes: {
    type: 'counter',
    name: 'berth_vnfc_interface_sent_bytes_total',
    help: 'Bytes that the guest sent.',
    labels: perInterface,
  },
  sentPackets: {
    type: 'counter',
    name: 'berth_vnfc_interface_sent_packets_total',
    help: 'Packets that the guest sent.',
    labels: perInterface,
  },
  sendErrors: {
    type: 'counter',
    name: 'berth_vnfc_interface_send_errors_total',
    help: 'Packets from the guest with errors.',
    labels: perInterface,
  },
  sendDrops: {
    type: 'counter',
    name: 'berth_vnfc_interface_send_drops_total',
    help: 'Packets from the guest that were dropped.',
    labels: perInterface,
  },

  operations: {
    type: 'counter',
    name: 'berth_operations_total',
    help: 'Operation occurrences that entered a state: STARTING counts those begun, COMPLETED those done.',
    labels: ['operation', 'state'],
  },
  operationState: {
    type: 'histogram',
    name: 'berth_operation_state_seconds',
    help: 'How long operation occurrences stayed in a state before they left it.',
    labels: ['operation', 'state'],
    buckets: callSeconds,
  },
  step: {
    type: 'histogram',
    name: 'berth_step_seconds',
    help: 'Duration of steps by kind and result: done, failed, undone or undo-failed.',
    labels: ['kind', 'result'],
    buckets: callSeconds,
  },

  operationsRemoved: {
    type: 'counter',
    name: 'berth_operations_removed_total',
    help: 'Operations that had ended long ago and were removed (`keepOperations`, `keepOperationDays`).',
    labels: [],
  },

  notifications: {
    type: 'counter',
    name: 'berth_notifications_total',
    help: 'Notifications by outcome: delivered, failed (an attempt; it is tried again) or dropped (for good).',
    labels: ['outcome'],
  },
  notificationsPending: {
    type: 'gauge',
    name: 'berth_notifications_pending',
    help: 'Notifications that wait to be delivered, of all subscriptions.',
    labels: [],
  },
  auditEntries: {
    type: 'gauge',
    name: 'berth_audit_entries',
    help: 'What no VNF instance and no package owns, by host (empty: the data directory), kind and whose it is: this, another or an unknown installation.',
    labels: ['host', 'kind', 'whose'],
  },
  unreadableRows: {
    type: 'gauge',
    name: 'berth_store_unreadable_rows',
    help: 'Rows of the database that cannot be read and are left out of lists; the log names each.',
    labels: ['table'],
  },
  notificationsOldest: {
    type: 'gauge',
    name: 'berth_notifications_oldest_timestamp_seconds',
    help: 'When what the oldest waiting notification tells happened, Unix time; 0 when none waits.',
    labels: [],
  },

  logDropped: {
    type: 'counter',
    name: 'berth_log_lines_dropped_total',
    help: 'Log lines that were dropped because what reads the log did not keep up; a line says so once it does.',
    labels: [],
  },

  httpRequests: {
    type: 'counter',
    name: 'berth_http_requests_total',
    help: 'Answered HTTP requests.',
    labels: ['method', 'route', 'status'],
  },
  httpDuration: {
    type: 'histogram',
    name: 'berth_http_request_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labels: ['method', 'route'],
    buckets: callSeconds,
  },
} as const satisfies Record<string, MetricSpec>;

/** What guests report of themselves (docs/vnf-guest-contract.md): this prefix and the name the guest gave; `role` is its word. */
export const guestPrefix = 'berth_vnf_';
export const guestLabels = [...perVnfc, 'role'] as const;
