/**
 * What the author's commands are told about signatures: whom to trust when they verify, and which key signs.
 */
import { readFile } from 'node:fs/promises';
import type { SignatureChecks } from '../artifacts/read-archive.js';
import type { HashName } from '../artifacts/signatures/algorithms.js';
import { createSigning, type CmsSigning, type SigningKey } from '../artifacts/signatures/sign.js';
import { loadTrust } from '../artifacts/signatures/trust-store.js';
import { createSignatureVerifier } from '../artifacts/signatures/verifier.js';
import type { WallClock } from '../shared/clock.js';
import type { BuildOptions } from './build.js';
import { defined } from '../shared/defined.js';

export interface TrustArguments {
  readonly trustStore?: string;
  readonly revocationLists?: string;
  readonly signaturePolicy?: string;
}

/** Throws when there is nothing to trust at those paths. With a trust store as the server has it by default: signatures are required. Without one they are not looked at. */
export async function signatureChecks(
  { trustStore, revocationLists, signaturePolicy }: TrustArguments,
  clock: WallClock,
): Promise<SignatureChecks | undefined> {
  const policy = signaturePolicy ?? (trustStore === undefined ? 'off' : 'require');
  if (revocationLists !== undefined && trustStore === undefined) {
    throw new Error('--revocation-lists needs --trust-store: what is revoked was trusted once.');
  }
  if (policy === 'off') return undefined;
  if (policy !== 'require' && policy !== 'warn') {
    throw new Error(`There is no signature policy ${policy}; there are require, warn, off.`);
  }
  if (trustStore === undefined) throw new Error(`The signature policy ${policy} needs --trust-store: whom to trust.`);
  const paths = { trustStore, ...defined({ revocationLists }) };
  await loadTrust(paths);
  return { policy, verify: createSignatureVerifier(paths, clock) };
}

export interface SigningArguments {
  readonly option: string;
  readonly key?: string;
  readonly certificate?: string;
  readonly passphraseFile?: string;
}

/** An encrypted key is opened by what stands here, or in a file; never by an argument, which every process can read. */
export const passphraseVariable = 'BERTH_KEY_PASSPHRASE';

/** Undefined when nothing is to be signed. What is signed is read again trusting the certificate that signed. */
export async function signingOf(
  { option, key, certificate, passphraseFile }: SigningArguments,
  hash: HashName,
  environment: NodeJS.ProcessEnv,
  clock: WallClock,
): Promise<BuildOptions['signing']> {
  if (option !== '1' && option !== '2') throw new Error(`There is no security option ${option}; there are 1 and 2.`);
  if (key === undefined && certificate === undefined && option === '1') return undefined;
  if (key === undefined || certificate === undefined) {
    throw new Error('A signature needs both --key and --certificate.');
  }
  const passphrase = passphraseFile === undefined ? environment[passphraseVariable] : await firstLine(passphraseFile);
  const sign = signingWith(key, certificate, {
    key: await readFile(key),
    certificates: await readFile(certificate),
    hash,
    ...defined({ passphrase }),
  });
  const verify = createSignatureVerifier({ trustStore: certificate }, clock);
  return { sign, option: option === '1' ? 1 : 2, checks: { policy: 'require', verify } };
}

function signingWith(keyFile: string, certificateFile: string, key: SigningKey): CmsSigning {
  try {
    return createSigning(key);
  } catch (error) {
    throw new Error(`The key ${keyFile} cannot sign with ${certificateFile}`, { cause: error });
  }
}

const firstLine = async (file: string): Promise<string> => (await readFile(file, 'utf8')).split(/\r?\n/, 1)[0] ?? '';
