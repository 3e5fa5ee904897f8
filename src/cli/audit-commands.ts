/**
 * `berth audit`: what stands on hosts and in the data directory that nobody here owns.
 */
import type { Command } from 'commander';
import { contextOf, type Surroundings } from './context.js';
import { pathTo } from './paths.js';
import { table } from './text.js';

const audit = '/nfvi/v1/audit';

interface Entry {
  readonly id: string;
  readonly kind: string;
  readonly hostId?: string;
  readonly pool?: string;
  readonly name: string;
  readonly sizeBytes?: number;
  readonly whose: string;
  readonly installationId?: string;
  readonly seenSince: string;
}

export function addAuditCommands(program: Command, surroundings: Surroundings): void {
  const group = program
    .command('audit')
    .description('what no VNF instance and no package owns: of this installation, of another, of nobody known')
    .action(async (_options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const all = await client.list(audit);
      show(all, all.length === 0 ? 'Everything with a name of Berth is owned.' : entryTable(all as unknown as Entry[]));
    });
  group
    .command('remove <id...>')
    .description('remove entries of the audit; refused for what another volume stands on, and for other installations')
    .action(async (ids: readonly string[], _options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      for (const id of ids) {
        await client.send('DELETE', pathTo(audit, id));
        show({ removed: id }, `removed ${id}`);
      }
    });
}

const entryTable = (all: readonly Entry[]): string =>
  table(
    ['ID', 'KIND', 'HOST', 'POOL', 'NAME', 'BYTES', 'WHOSE', 'INSTALLATION', 'SEEN SINCE'],
    all.map(({ id, kind, hostId, pool, name, sizeBytes, whose, installationId, seenSince }) => [
      ...[id, kind, hostId, pool, name, sizeBytes, whose, installationId, seenSince],
    ]),
  );
