/**
 * A PostgreSQL of the bench's own with the durability that it has out of the box. It ends with the bench, however that
 * ends: the kernel signals it when its parent is gone. It runs as `postgres` where the bench is root.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { sleep } from '../scripts/lib/time.mjs';
import { atSignal } from './leaving.mjs';

const versions = '/usr/lib/postgresql';

/** Where its programs are; undefined where it is not installed. */
export function postgresPrograms() {
  if (!existsSync(versions)) return undefined;
  const newestFirst = readdirSync(versions).toSorted((a, b) => Number(b) - Number(a));
  return newestFirst.map((version) => join(versions, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}

function owner() {
  if (process.getuid() !== 0) return {};
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export async function startPostgres(bin) {
  const as = owner();
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-postgres-'));
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const options = { ...as, cwd: folder, stdio: 'ignore' };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'berth', '--auth=trust', '--locale=C.UTF-8'], options);
  const settings = ['-c', 'listen_addresses=', '-c', `unix_socket_directories=${folder}`];
  const server = spawn('setpriv', ['--pdeathsig', 'INT', join(bin, 'postgres'), '-D', data, ...settings], options);
  const stop = async () => {
    left();
    if (server.exitCode === null && server.signalCode === null) {
      const exit = once(server, 'exit');
      server.kill('SIGINT');
      await exit;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const left = atSignal(stop);
  const url = `postgres://berth@/postgres?host=${folder}`;
  try {
    await answers(url, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, pid: server.pid, stop };
}

async function answers(url, server) {
  for (const limit = Date.now() + 30_000; ; await sleep(100)) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      return await client.query('select 1');
    } catch (cause) {
      const isOver = server.exitCode !== null || Date.now() > limit;
      if (isOver) throw new Error('PostgreSQL ended at its start, or did not answer within 30 s', { cause });
    } finally {
      await client.end().catch(() => {});
    }
  }
}
