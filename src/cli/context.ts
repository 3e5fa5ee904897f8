/**
 * What every command has: the client, and where its words go. `--json` shows answers as Berth gave them.
 */
import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dataDirOf, defaultPort, tokenFileIn } from '../shared/data-dir.js';
import { errorText } from '../shared/error-text.js';
import type { SteadyClock } from '../shared/clock.js';
import { Client } from './client.js';
import { Connection } from './connection.js';

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly clock: Pick<SteadyClock, 'sleep'>;
}

export interface Context {
  readonly client: Client;
  readonly clock: Surroundings['clock'];
  /** People read `text`, programs `body`. */
  readonly show: (body: unknown, text: string) => void;
  /** Something on the way, for people only. */
  readonly tell: (text: string) => void;
}

interface GlobalOptions {
  readonly url?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
  readonly ca?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly tlsName?: string;
}

export function contextOf(command: Command, { environment, out, clock }: Surroundings): Context {
  const { url, dataDir, json = false, ...tls } = command.optsWithGlobals<GlobalOptions>();
  const said = (name: string): string | undefined => environment[name] || undefined;
  const connection = new Connection(url ?? said('BERTH_URL') ?? `http://127.0.0.1:${defaultPort}`, {
    ca: tls.ca ?? said('BERTH_CA'),
    certificate: tls.clientCertificate ?? said('BERTH_CLIENT_CERTIFICATE'),
    key: tls.clientKey ?? said('BERTH_CLIENT_KEY'),
    serverName: tls.tlsName ?? said('BERTH_TLS_NAME'),
  });
  const client = new Client(connection, tokenOf(dataDir, environment));
  return {
    client,
    clock,
    show: (body, text) => out(json ? JSON.stringify(body, null, 2) : text),
    tell: (text) => {
      if (!json) out(text);
    },
  };
}

function tokenOf(dataDir: string | undefined, environment: Surroundings['environment']): string {
  const given = environment['BERTH_TOKEN'];
  if (given !== undefined && given !== '') return sendable(given, 'BERTH_TOKEN');
  const wished = dataDir ?? environment['BERTH_DATA_DIR'];
  const file = tokenFileIn(dataDirOf({ wished, isRoot: process.getuid?.() === 0, home: homedir }));
  try {
    return sendable(readFileSync(file, 'utf8').trim(), `The token in ${file}`);
  } catch (error) {
    if (error instanceof NoToken) throw error;
    throw new Error(`The token cannot be read (${errorText(error)}); give --data-dir, or the token in BERTH_TOKEN.`);
  }
}

class NoToken extends Error {}

/** The token itself is never said: messages end up in logs and tickets. */
function sendable(token: string, whose: string): string {
  const at = token.search(/[^\x21-\x7e]/);
  if (token !== '' && at < 0) return token;
  if (token === '') throw new NoToken(`${whose} is empty; give --data-dir, or the token in BERTH_TOKEN.`);
  const what = /[\r\n]/.test(token.charAt(at)) ? 'a line break' : 'what is no printable ASCII character';
  throw new NoToken(`${whose} has ${what} at character ${at + 1}, which no token has; give it as Berth wrote it.`);
}
