/**
 * The API token: made at first start, readable by its owner only. Whoever can read the file may use the API.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { tokenFileIn } from '../shared/data-dir.js';

export interface Token {
  readonly token: string;
  /** Absent when the token was configured. */
  readonly file?: string;
}

export async function ensureToken(dataDir: string, configured?: string): Promise<Token> {
  if (configured !== undefined) return { token: configured };
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const file = tokenFileIn(dataDir);
  const token = (await existing(file)) ?? (await create(file));
  return { token, file };
}

async function existing(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.trim() === '' ? undefined : text.trim();
}

async function create(file: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  // The mode above counts only for a file that was not there.
  await chmod(file, 0o600);
  return token;
}
