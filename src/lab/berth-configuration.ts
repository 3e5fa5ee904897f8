/**
 * The configuration of a Berth that uses the lab: its hosts over mutual TLS, and the physical network of each card.
 */
import type { HostPorts } from './ports.js';
import { cards, cells, physicalNetworks, sharedCpus, type HostShape } from './shape.js';

/** Reserved for the host itself, per cell. */
const keptMiB = 512;

export interface LabHost {
  readonly shape: HostShape;
  readonly ports: HostPorts;
}

/** `pki` is the folder with the CA and the certificate of the client, with the file names that libvirt expects. */
export const tlsUri = ({ libvirtTls }: HostPorts, pki: string): string =>
  `qemu+tls://127.0.0.1:${libvirtTls}/system?pkipath=${encodeURIComponent(pki).replaceAll('%2F', '/')}`;

export const tcpUri = ({ libvirtTcp }: HostPorts): string => `qemu+tcp://127.0.0.1:${libvirtTcp}/system`;

export const berthConfiguration = (hosts: readonly LabHost[], wires: number, pki: string) => ({
  hosts: hosts.map(({ shape, ports }) => ({
    id: shape.name,
    uri: tlsUri(ports, pki),
    zone: shape.name,
    reserved: { sharedCpus, memoryMiBPerCell: Array.from({ length: cells }, () => keptMiB) },
    physicalNetworks: physicalNetworks(wires),
    // They are up so that their functions pass frames, and the host has no address on them.
    idleCards: cards.map(({ pciAddress }) => pciAddress),
  })),
});
