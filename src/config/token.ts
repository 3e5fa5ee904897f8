/**
 * The API token: made at first start, readable by its owner only. Whoever can read the file may use the API.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { partSuffix, writeWhole } from '../artifacts/durable.js';
import { errnoOf } from '../shared/errno.js';
import { tokenFileIn } from '../shared/data-dir.js';
import { shellWord } from '../shared/shell-word.js';

/** Permissions of users that are neither the owner nor of the group. */
const everybody = 0o007;

/** As the setting `token`. */
const acceptable = /^[\x21-\x7e]{16,}$/;

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
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return '';
    throw new Error(`the token file ${file} cannot be read`, { cause: error });
  });
  const token = text.trim();
  if (token !== '' && ((await stat(file)).mode & everybody) !== 0)
    throw new Error(
      `the token file ${file} may be read by every user of this machine: chmod 600 ${shellWord(file)}, or remove it if others may have read it, and the next start makes another`,
    );
  if (token === '' || acceptable.test(token)) return token || undefined;
  throw new Error(
    `the token file ${file} is damaged: a token has at least 16 characters, all of them printable ASCII; remove the file, and the next start makes another`,
  );
}

async function create(file: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const part = `${file}.${randomUUID()}${partSuffix}`;
  try {
    // Half a token would be one that is easily guessed.
    await writeWhole(part, file, () => writeFile(part, `${token}\n`, { mode: 0o600, flag: 'wx', flush: true }));
  } catch (error) {
    throw new Error(`the token file ${file} cannot be written`, { cause: error });
  }
  return token;
}
