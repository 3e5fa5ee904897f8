/**
 * Signature checks as configured. What is trusted is read once at start, so that a wrong path stops the start and not
 * the first package.
 */
import type { Logger } from 'pino';
import type { SignatureChecks } from './artifacts/read-archive.js';
import type { TrustPaths } from './artifacts/signatures/trust-store.js';
import type { SignatureVerifier } from './artifacts/signatures/verifier.js';
import { ConfigError, type SignatureConfig } from './config/config.js';
import type { Clock } from './shared/clock.js';
import { errorText } from './shared/error-text.js';

export async function composeSignatures(
  { policy, ...paths }: SignatureConfig,
  clock: Clock,
  log: Logger,
): Promise<SignatureChecks | undefined> {
  if (policy !== 'require') log.warn({ signaturePolicy: policy }, 'packages need no valid signature');
  if (policy === 'off') return undefined;
  if (paths.trustStore === undefined && policy === 'require') {
    log.warn('there is no trustStore: every package will be refused (docs/signatures.md)');
  }
  try {
    if (Object.keys(paths).length > 0) await (await import('./artifacts/signatures/trust-store.js')).loadTrust(paths);
  } catch (error) {
    throw new ConfigError([`trustStore, revocationLists: ${errorText(error)}`]);
  }
  return { policy, verify: verifierFor(paths, clock) };
}

/** Reading certificates takes a large library, which is loaded with the first signature. */
function verifierFor(paths: TrustPaths, clock: Clock): SignatureVerifier {
  return async (signed) => {
    const { createSignatureVerifier } = await import('./artifacts/signatures/verifier.js');
    return createSignatureVerifier(paths, clock)(signed);
  };
}
