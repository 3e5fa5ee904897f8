/** Metrics of VNFCs: their state, and what libvirt counts of CPU and memory. */
import { type MetricSpec, perVnfc } from './spec.js';

export const vnfcMetrics = {
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
  vnfcWanted: {
    type: 'gauge',
    name: 'berth_vnfc_wanted',
    help: '1 if the VNFC is to run: an operation started it and none has stopped it since, whatever became of its domain. Also while its host is out of reach.',
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
  vnfcVcpuWait: {
    type: 'counter',
    name: 'berth_vnfc_vcpu_wait_seconds_total',
    help: 'What libvirt tells as `vcpu.N.wait`: waiting by the kernel’s detailed statistics; no sample where the kernel keeps none.',
    labels: [...perVnfc, 'vcpu'],
  },
  vnfcVcpuDelay: {
    type: 'counter',
    name: 'berth_vnfc_vcpu_delay_seconds_total',
    help: 'Time that a virtual CPU was ready to run and its host ran something else: what the guest sees as steal.',
    labels: [...perVnfc, 'vcpu'],
  },
  vnfcAffinityDiffers: {
    type: 'gauge',
    name: 'berth_vnfc_vcpu_affinity_differs',
    help: '1 if a virtual CPU may run on other host CPUs than planned, by libvirt’s word; no sample where that was not read.',
    labels: [...perVnfc, 'vcpu'],
  },
  vnfcPlacementDiffers: {
    type: 'gauge',
    name: 'berth_vnfc_placement_differs',
    help: '1 if what (vcpus, emulator, memory) is on other CPUs or in other cells of the host than planned; no sample where that was not read or is not bound. Memory of a host that does not tell where it lies: by its free hugepages (docs/stack.md), and 1 for each VNFC that it may be.',
    labels: [...perVnfc, 'what'],
  },
  vnfcMemoryPlanned: {
    type: 'gauge',
    name: 'berth_vnfc_memory_planned_bytes',
    help: 'Memory of the VNFC that was planned on a NUMA cell of its host.',
    labels: [...perVnfc, 'cell'],
  },
  vnfcMemoryPlaced: {
    type: 'gauge',
    name: 'berth_vnfc_memory_placed_bytes',
    help: 'Memory of the VNFC that is on a NUMA cell of its host, as measured; only of hosts where it can be read (docs/capacity.md).',
    labels: [...perVnfc, 'cell'],
  },
} as const satisfies Record<string, MetricSpec>;
