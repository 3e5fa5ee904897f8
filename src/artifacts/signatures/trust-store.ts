/**
 * What the operator trusts: a PEM file or a folder of them, read again for every package, so that a new authority or
 * a fresh revocation list needs no restart.
 */
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificate, CertificateRevocationList } from 'pkijs';
import { errorText } from '../../shared/error-text.js';
import { readCertificates, readRevocationLists } from './certificates.js';

export interface TrustPaths {
  /** File or folder with certificates of authorities, or of signers themselves. */
  readonly trustStore?: string;
  /** File or folder with revocation lists; absent: revocation is not checked. */
  readonly revocationLists?: string;
}

export interface Trust {
  readonly anchors: readonly Certificate[];
  readonly revocationLists: readonly CertificateRevocationList[];
}

/** Throws when a file cannot be read, or a setting leads to nothing: a trust store that is not there is a fault. */
export async function loadTrust({ trustStore, revocationLists }: TrustPaths): Promise<Trust> {
  return {
    anchors: trustStore === undefined ? [] : await load(trustStore, 'certificate', readCertificates),
    revocationLists:
      revocationLists === undefined ? [] : await load(revocationLists, 'revocation list', readRevocationLists),
  };
}

async function load<T>(path: string, what: string, read: (content: Uint8Array) => readonly T[]): Promise<readonly T[]> {
  const loaded: T[] = [];
  for (const file of await filesOf(path)) {
    try {
      loaded.push(...read(await readFile(file)));
    } catch (error) {
      throw new Error(`${file} holds something that is no ${what}: ${errorText(error)}`, { cause: error });
    }
  }
  if (loaded.length === 0) throw new Error(`there is no ${what} in ${path}`);
  return loaded;
}

const isStored = (name: string): boolean => /\.(pem|crt|cer|cert|der|crl)$/i.test(name);

async function filesOf(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  return (await readdir(path))
    .filter(isStored)
    .toSorted()
    .map((name) => join(path, name));
}
