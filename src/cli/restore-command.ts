/**
 * `berth restore FILE`: words of the command line for what works without a server, and is bound to it by the root.
 */
import type { Command } from 'commander';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { dataDirOf } from '../shared/data-dir.js';
import type { Surroundings } from './context.js';

interface Options {
  readonly dataDir?: string;
  readonly simulated?: boolean;
}

/** `restore` answers what a person should read. */
export function addRestoreCommand(
  program: Command,
  { environment, out }: Pick<Surroundings, 'environment' | 'out'>,
  restore: (file: string, directory: string) => Promise<string>,
): void {
  program
    .command('restore <file>')
    .description('a backup back into the data directory, which must be empty; Berth must not run on it')
    .option('--simulated', 'the backup of a Berth with simulated hosts')
    .action(async (file: string, _options, command: Command) => {
      const { dataDir, simulated = false } = command.optsWithGlobals<Options>();
      const wished = dataDir ?? environment['BERTH_DATA_DIR'];
      const top = resolve(dataDirOf({ wished, isRoot: process.getuid?.() === 0, home: homedir }));
      out(await restore(file, simulated ? `${top}/simulated` : top));
    });
}
