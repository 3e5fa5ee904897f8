/**
 * What every command has: the client, and where its words go. `--json` shows answers as Berth gave them.
 */
import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dataDirOf, defaultPort, tokenFileIn } from '../shared/data-dir.js';
import { errorText } from '../shared/error-text.js';
import { Client } from './client.js';

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
}

export interface Context {
  readonly client: Client;
  /** People read `text`, programs `body`. */
  readonly show: (body: unknown, text: string) => void;
  /** Something on the way, for people only. */
  readonly tell: (text: string) => void;
}

interface GlobalOptions {
  readonly url?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

export function contextOf(command: Command, { environment, out }: Surroundings): Context {
  const { url, dataDir, json = false } = command.optsWithGlobals<GlobalOptions>();
  const origin = url ?? environment['BERTH_URL'] ?? `http://127.0.0.1:${defaultPort}`;
  const client = new Client(origin, tokenOf(dataDir, environment));
  return {
    client,
    show: (body, text) => out(json ? JSON.stringify(body, null, 2) : text),
    tell: (text) => {
      if (!json) out(text);
    },
  };
}

function tokenOf(dataDir: string | undefined, environment: Surroundings['environment']): string {
  const given = environment['BERTH_TOKEN'];
  if (given !== undefined && given !== '') return given;
  const wished = dataDir ?? environment['BERTH_DATA_DIR'];
  const file = tokenFileIn(dataDirOf({ wished, isRoot: process.getuid?.() === 0, home: homedir }));
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Error(`The token cannot be read (${errorText(error)}); give --data-dir, or the token in BERTH_TOKEN.`);
  }
}
