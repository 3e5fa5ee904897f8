/**
 * The package of test/fixtures/packages/edge, signed by OpenSSL, onboarded by a server that trusts `root`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultCsarLimits } from '../../../src/artifacts/csar-limits.js';
import { onboardCsar } from '../../../src/artifacts/onboard.js';
import { readerBy } from '../../../src/artifacts/package-reader.js';
import { loadVocabulary } from '../../../src/artifacts/schema-check.js';
import type { TrustPaths } from '../../../src/artifacts/signatures/trust-store.js';
import { createSignatureVerifier } from '../../../src/artifacts/signatures/verifier.js';
import type { VnfPackage } from '../../../src/package/model.js';
import type { SignaturePolicy } from '../../../src/package/signatures.js';
import { isError, type Finding } from '../../../src/shared/finding.js';
import { ok, type Outcome } from '../../../src/shared/outcome.js';
import { edgePackage, edit, type Files } from '../edge-package.js';
import { writeZip } from '../zips.js';
import { Pki, type Identity } from './authority.js';

export const folder = mkdtempSync(join(tmpdir(), 'berth-signed-'));
export const csar = join(folder, 'a.csar');
export const pki = new Pki();
export const root = pki.authority('root');
export const middle = pki.authority('middle', root);
export const signer = pki.signer('signer', { by: root });
export const belowMiddle = pki.signer('below-middle', { by: middle });
export const stranger = pki.signer('stranger');
const trustStore = pki.bundle('trust.pem', root);
const dayMs = 86_400_000;
export const manifest = 'Definitions/edge.mf';
const read = readerBy(await loadVocabulary());

export function removeAll(): void {
  rmSync(folder, { recursive: true });
  pki.remove();
}

export interface World extends TrustPaths {
  readonly policy?: SignaturePolicy;
  readonly inDays?: number;
  /** Instead of one that trusts `root`. */
  readonly trustNobody?: true;
}

export async function onboard(files: Files, world: World = {}): Promise<Outcome<VnfPackage>> {
  const { policy = 'require', inDays = 0, trustNobody, ...paths } = world;
  await writeZip(csar, files);
  const clock = { now: () => Date.now() + inDays * dayMs };
  const verify = createSignatureVerifier(trustNobody ? {} : { trustStore, ...paths }, clock);
  const keepNone = () => Promise.resolve(ok(undefined));
  const checks = policy === 'off' ? undefined : { policy, verify };
  return onboardCsar(csar, read, defaultCsarLimits, keepNone, checks);
}

export const findingsOf = (outcome: Outcome<VnfPackage>): readonly Finding[] =>
  outcome.ok ? outcome.value.findings : (outcome.problem['findings'] as readonly Finding[]);

export const errorsOf = (outcome: Outcome<VnfPackage>): readonly string[] =>
  findingsOf(outcome)
    .filter(isError)
    .map(({ code }) => code);

/** Appends the CMS to the manifest. */
export function signManifest(files: Files, identity: Identity, ...flags: readonly string[]): void {
  const text = files.get(manifest)!;
  files.set(manifest, Buffer.concat([text, pki.sign(text, identity, ...flags)]));
}

export const signed = (identity: Identity, ...flags: readonly string[]): Files =>
  edgePackage({ tamper: (files) => signManifest(files, identity, ...flags) });

/** With the certificate at ETSI-Entry-Certificate. */
export const withEntryCertificate = (identity: Identity, shipped: Identity, ...flags: readonly string[]): Files =>
  edgePackage({
    change: (files) => edit(files, 'TOSCA-Metadata/TOSCA.meta', /$/, 'ETSI-Entry-Certificate: Certificates/vnf.cert\n'),
    tamper: (files) => {
      files.set('Certificates/vnf.cert', shipped.certificate);
      signManifest(files, identity, ...flags);
    },
  });
