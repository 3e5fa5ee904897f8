/**
 * What a guest counts at its interfaces (docs/vnf-guest-contract.md), for those that no hypervisor counts: of PCI functions.
 * Bounded like its other numbers. VLANs of a link have its MAC address, and longer names.
 */
import { isJsonObject, type JsonObject } from '../../shared/json-object.js';
import { type GuestInterface, interfaceCounts } from '../hosts/fleet-view.js';

/** All links of a guest with as many VLANs as it can have. */
const mostInterfaces = 128;
const macForm = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;

export function takeInterfaces(value: unknown): readonly GuestInterface[] {
  const byMac = new Map<string, readonly [name: string, said: JsonObject]>();
  const all = isJsonObject(value) ? Object.entries(value) : [];
  for (const [name, said] of all.slice(0, mostInterfaces)) {
    const mac = isJsonObject(said) && typeof said['mac'] === 'string' ? said['mac'].toLowerCase() : '';
    if (!isJsonObject(said) || !macForm.test(mac)) continue;
    const known = byMac.get(mac);
    if (known === undefined || name.length < known[0].length) byMac.set(mac, [name, said]);
  }
  return [...byMac].map(([mac, [, said]]) => ({ mac, ...countsIn(said) }));
}

const countsIn = (said: JsonObject): Omit<GuestInterface, 'mac'> =>
  Object.fromEntries(
    interfaceCounts.flatMap((name) => {
      const value = said[name];
      return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? [[name, value] as const] : [];
    }),
  );
