/**
 * A kind of domain that Berth starts, as one file: what its XML has of its own, and in which words it is shown. What
 * says nothing here is the same for all kinds. A new one: docs/changing/new-hypervisor.md.
 */
import type { Hypervisor } from '../../inventory/model.js';
import type { XmlElement } from '../xml/element.js';

export interface HypervisorProfile {
  /** As sentences have it, e.g. `KVM`. */
  readonly name: string;
  /** `type` of `<domain>` (formatdomain), and what domain capabilities are asked for. */
  readonly domainType: string;
  /** `name` of a disk's `<driver>`. */
  readonly diskDriver: string;
  /**
   * Guests run on the CPU itself. It is used only where a small guest has run under it: that libvirt offers it proves
   * nothing. `absent` says what is missing where libvirt does not offer it.
   */
  readonly hardware?: { readonly absent: string };
  /** CPU of a guest whose VDU names no model; absent: that of the host. */
  readonly defaultCpu?: { readonly model: string; readonly features: readonly string[] };
  /** Within `<clock>`. */
  readonly timers: readonly XmlElement[];
  /** Within `<features>`, beside those that every guest has. */
  readonly features: readonly XmlElement[];
  /** How the guest's CPU is virtualized, in words, with the name of the CPU's own technology. */
  readonly cpuVirtualization: (technology: string) => string;
  readonly type: Exclude<Hypervisor['type'], 'simulated'>;
  /** A sentence: why it is of that type. */
  readonly whyType: string;
}
