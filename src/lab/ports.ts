/**
 * Which loopback ports a lab takes. They are chosen at each start, since a fixed one may be in use.
 */
import { cards, mostHosts } from './shape.js';

export interface HostPorts {
  readonly ssh: number;
  readonly libvirtTcp: number;
  readonly libvirtTls: number;
}

export interface PortPlan {
  readonly hosts: readonly HostPorts[];
  /** One multicast port for each wire between hosts; none for a single host. */
  readonly wires: readonly number[];
}

export interface PortsWanted {
  readonly tcp: number;
  readonly udp: number;
}

const perHost = 3;

export const portsWanted = (hosts: number, wires: number): PortsWanted => ({
  tcp: hosts * perHost,
  udp: hosts > 1 ? wires : 0,
});

/** `tcp` and `udp` are free ports, as many as `portsWanted` asks for. */
export function portPlan(hosts: number, tcp: readonly number[], udp: readonly number[]): PortPlan {
  const all = Array.from({ length: hosts }, (_, index) => {
    const [ssh, libvirtTcp, libvirtTls] = tcp.slice(index * perHost, (index + 1) * perHost);
    if (ssh === undefined || libvirtTcp === undefined || libvirtTls === undefined)
      throw new Error(`${tcp.length} free ports are too few for ${hosts} hosts, each of which takes ${perHost}.`);
    return { ssh, libvirtTcp, libvirtTls };
  });
  return { hosts: all, wires: udp };
}

/** The number of wires that was asked for. */
export function wireCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= cards.length) return count;
  throw new Error(`The cards of a lab are on 1 to ${cards.length} wires, not ${text}.`);
}

/** The number of hosts that was asked for. */
export function hostCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= mostHosts) return count;
  throw new Error(`A lab has 1 to ${mostHosts} hosts, not ${text}.`);
}
