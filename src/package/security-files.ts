/**
 * Which files of a package vouch for others (SOL004 clause 5): certificates and signatures in files of their own.
 */
import { baseNameOf, normalisePath } from '../shared/package-path.js';
import type { Layout } from './layout.js';
import type { Manifest } from './manifest.js';

export interface SecurityFiles {
  /** Of the signer of the manifest: ETSI-Entry-Certificate, or at the root with the name of the entry. */
  readonly certificates: readonly string[];
  /** For each signed file its signature and its certificate: its own where it has one, else the package's. */
  readonly signatures: readonly { readonly of: string; readonly files: readonly string[] }[];
}

export function securityFiles(
  layout: Layout,
  manifest: Manifest | undefined,
  paths: ReadonlySet<string>,
): SecurityFiles {
  const normal = (path: string): string => normalisePath(path) ?? '';
  const certificates = certificatePaths(layout, paths);
  const signatures = (manifest?.signatures ?? []).map(({ path, signature, certificate }) => ({
    of: normal(path),
    files: [normal(signature), ...(certificate === undefined ? certificates : [normal(certificate)])],
  }));
  return { certificates, signatures };
}

/** All of them: no digest can be asked of these. */
export function signatureFiles(
  layout: Layout,
  manifest: Manifest | undefined,
  paths: ReadonlySet<string>,
): ReadonlySet<string> {
  const { certificates, signatures } = securityFiles(layout, manifest, paths);
  return new Set([...certificates, ...signatures.flatMap(({ files }) => files)]);
}

/** Files that may hold the certificate of the manifest's signer. */
export function certificatePaths(layout: Layout, paths: ReadonlySet<string>): readonly string[] {
  const stem = baseNameOf(layout.manifestPath ?? layout.entryDefinitions ?? '').replace(/\.[^.]+$/, '');
  const candidates = [layout.roles.get('certificate'), `${stem}.cert`];
  return [...new Set(candidates.filter((path) => path !== undefined && paths.has(path)))] as readonly string[];
}
