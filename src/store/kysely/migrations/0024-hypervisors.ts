/**
 * By which text the hypervisor of a host is known: percent signs, ports, empty paths and names of the machine itself are
 * resolved now. The text is itself a URI, so that it can be read again. A host that turns out to be another one stays; that
 * is told at start.
 */
import type { Kysely } from 'kysely';
import { hypervisorOf } from '../../../inventory/hypervisor-uri.js';

interface Hosts {
  readonly hosts: { readonly id: string; readonly hypervisor: string | null };
}

export async function up(db: Kysely<Hosts>): Promise<void> {
  const rows = await db.selectFrom('hosts').select(['id', 'hypervisor']).where('hypervisor', 'is not', null).execute();
  for (const { id, hypervisor } of rows) {
    const now = hypervisorOf(hypervisor ?? '');
    if (now !== undefined && now !== hypervisor)
      await db.updateTable('hosts').set({ hypervisor: now }).where('id', '=', id).execute();
  }
}
