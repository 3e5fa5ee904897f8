/**
 * `berth backup` and `berth differences`: a backup of a Berth that works, and what its hosts have otherwise than it
 * remembers. `berth restore` needs no server and is bound elsewhere.
 */
import type { Command } from 'commander';
import type { IncomingMessage } from 'node:http';
import { open, rename, rm } from 'node:fs/promises';
import { contextOf, type Surroundings } from './context.js';
import { table } from './text.js';

interface Differences {
  readonly count: number;
  readonly differences: readonly { readonly kind: string; readonly hostId?: string; readonly detail: string }[];
  readonly notCompared: readonly { readonly hostId: string; readonly why: string }[];
}

export function addBackupCommands(program: Command, surroundings: Surroundings): void {
  program
    .command('backup <file>')
    .description('the database and the package archives, as one file, while Berth works')
    .action(async (file: string, _options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const sizeBytes = await save(await client.download('/nfvi/v1/backup'), file);
      const told = `${file}: ${String(sizeBytes)} bytes. It holds secrets (day-0 configuration, credentials of subscribers), and not the API token.`;
      show({ file, sizeBytes }, told);
    });
  program
    .command('differences')
    .description('where the hosts differ from what Berth remembers')
    .action(async (_options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const body = await client.get('/nfvi/v1/differences');
      show(body, differencesText(body as unknown as Differences));
    });
}

/** There afterwards, whole and readable by its owner only, or not at all. */
async function save(response: IncomingMessage, file: string): Promise<number> {
  const part = `${file}.part`;
  const expected = Number(response.headers['content-length']);
  await rm(part, { force: true });
  const handle = await open(part, 'wx', 0o600);
  try {
    let sizeBytes = 0;
    for await (const chunk of response) {
      await handle.appendFile(chunk as Uint8Array);
      sizeBytes += (chunk as Uint8Array).byteLength;
    }
    if (sizeBytes !== expected) {
      throw new Error(`The backup broke off after ${String(sizeBytes)} of ${String(expected)} bytes; take it again.`);
    }
    await handle.sync();
    await rename(part, file);
    return sizeBytes;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

function differencesText({ count, differences, notCompared }: Differences): string {
  const lines = [
    ...notCompared.map(({ hostId, why }) => `Host ${hostId} could not be compared: ${why}`),
    ...(count > differences.length
      ? [`${String(count)} differences, of which the first ${String(differences.length)}:`]
      : []),
  ];
  if (count === 0) return [...lines, 'The hosts have what Berth remembers.'].join('\n');
  const rows = differences.map(({ kind, hostId, detail }) => [kind, hostId, detail]);
  return [...lines, table(['DIFFERENCE', 'HOST', 'WHAT'], rows)].join('\n');
}
