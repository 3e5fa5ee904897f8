/**
 * A PostgreSQL of the test's own: a cluster in a temporary folder, reached over a socket in it, by nobody else. It runs
 * as the user `postgres` where the test runs as root, because PostgreSQL refuses root.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from '@jest/globals';
import { Client } from 'pg';

export interface Cluster {
  /** A new, empty database; answers its URL. */
  database(): Promise<string>;
  /** Runs a statement as the administrator, in the database at `url` or in none of the test's. */
  run(statement: string, url?: string): Promise<readonly Record<string, unknown>[]>;
  stop(): Promise<void>;
}

const versions = '/usr/lib/postgresql';

function programFolder(): string | undefined {
  if (!existsSync(versions)) return undefined;
  const newestFirst = readdirSync(versions).sort((a, b) => Number(b) - Number(a));
  return newestFirst.map((version) => join(versions, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}

/** Undefined where PostgreSQL is installed. */
export const whyNoPostgres = (): string | undefined =>
  programFolder() === undefined ? 'PostgreSQL is not installed (Debian: postgresql)' : undefined;

/** The suite where PostgreSQL is installed, one skipped line where it is not. */
export function describeWithPostgres(title: string, suite: () => void): void {
  const missing = whyNoPostgres();
  if (missing === undefined) describe(title, suite);
  else describe(title, () => it.skip(`[skipped: ${missing}]`, () => undefined));
}

/** Whom PostgreSQL's programs run as; undefined: as the test itself. */
function owner(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

const administrator = 'berth';

/** Without fsync: a test does not survive a power cut, and a disk that is slow to sync is not what it is about. */
const settings = {
  listen_addresses: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '100',
};

export async function startPostgres(): Promise<Cluster> {
  const bin = programFolder();
  if (bin === undefined) throw new Error('PostgreSQL is not installed');
  const as = owner();
  const folder = mkdtempSync(join(tmpdir(), 'berth-postgres-'));
  if (as !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const locale = ['--encoding=UTF8', '--locale=C.UTF-8'];
  const init = ['-D', data, '-U', administrator, '--auth=trust', '--no-sync', ...locale];
  execFileSync(join(bin, 'initdb'), init, { ...as, cwd: folder, stdio: 'ignore' });
  const flags = Object.entries({ ...settings, unix_socket_directories: folder });
  const args = ['-D', data, ...flags.flatMap(([key, value]) => ['-c', `${key}=${value}`])];
  const server = spawn(join(bin, 'postgres'), args, { ...as, cwd: folder, stdio: 'ignore' });
  const url = (database: string): string => `postgres://${administrator}@/${database}?host=${folder}`;
  await answers(url('postgres'), server);
  return {
    database: async () => {
      const name = `berth_${crypto.randomUUID().replaceAll('-', '')}`;
      await query(url('postgres'), `create database ${name}`);
      return url(name);
    },
    run: (statement, where = url('postgres')) => query(where, statement),
    stop: async () => {
      await ended(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function query(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement);
    return rows;
  } finally {
    await client.end();
  }
}

async function answers(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    try {
      await query(url, 'select 1');
      return;
    } catch (error) {
      if (server.exitCode !== null) throw new Error('PostgreSQL ended at its start', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error('PostgreSQL did not answer in 60 s');
}

/** SIGINT is PostgreSQL's fast shutdown: connections are closed, nothing is waited for. */
async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const exit = once(server, 'exit');
  server.kill('SIGINT');
  await exit;
}
