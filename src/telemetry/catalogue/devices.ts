/** Metrics of the disks and interfaces of VNFCs. */
import { type MetricSpec, perDisk, perInterface } from './spec.js';

export const deviceMetrics = {
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
    help: 'Bytes that the guest received; of a PCI function, by the guest’s own status.',
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
    help: 'Bytes that the guest sent; of a PCI function, by the guest’s own status.',
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
} as const satisfies Record<string, MetricSpec>;
