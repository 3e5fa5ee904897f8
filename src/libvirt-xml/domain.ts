/**
 * A domain specification as libvirt XML (formatdomain). Every part adds its own concern to an empty tree; this file
 * only says which parts there are and in which order they stand. A new one: docs/changing/new-xml-part.md.
 */
import { hypervisors } from './hypervisors/list.js';
import { el } from './xml/element.js';
import { render } from './xml/render.js';
import type { DomainSpec } from './domain-spec.js';
import { balloon } from './parts/balloon.js';
import { capabilities } from './parts/capabilities.js';
import { clock } from './parts/clock.js';
import { cpu } from './parts/cpu.js';
import { cputune } from './parts/cputune.js';
import { disks } from './parts/disks.js';
import { features } from './parts/features.js';
import { guestAgent } from './parts/guest-agent.js';
import { identity } from './parts/identity.js';
import { interfaces } from './parts/interfaces.js';
import { leftOut } from './parts/left-out.js';
import { lifecycle } from './parts/lifecycle.js';
import { machine } from './parts/machine.js';
import { manyVcpus } from './parts/many-vcpus.js';
import { memory } from './parts/memory.js';
import { numatune } from './parts/numatune.js';
import { panic } from './parts/panic.js';
import type { Part } from './parts/part.js';
import { rng } from './parts/rng.js';
import { serialConsole } from './parts/console.js';

const parts: readonly Part[] = [
  identity,
  memory,
  cpu,
  cputune,
  numatune,
  machine,
  features,
  clock,
  lifecycle,
  capabilities,
  disks,
  leftOut,
  manyVcpus,
  interfaces,
  serialConsole,
  guestAgent,
  balloon,
  rng,
  panic,
];

/** Throws when a text of the specification cannot stand in XML or a name is one that libvirt refuses. */
export function domainXml(spec: DomainSpec): string {
  const contributions = parts.map((part) => part(spec));
  const devices = contributions.flatMap(({ devices: added }) => added ?? []);
  const top = contributions.flatMap(({ top: added }) => added ?? []);
  return render(
    el('domain', { type: hypervisors[spec.acceleration].domainType }, ...top, el('devices', {}, ...devices)),
  );
}
