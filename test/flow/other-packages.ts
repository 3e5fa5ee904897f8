/**
 * Packages whose inside a client reads: one VNFD in one file, and one with papers of every kind.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digest, edgePackage, qcow2Image, type Files } from '../artifacts/edge-package.js';
import { writeZip } from '../artifacts/zips.js';
import type { Client } from '../api/door.js';
import { createPackage, onboarded, upload } from './router.js';

/** A name that has to be escaped in a URI. */
export const oddName = 'Scripts/größe 100%/m@ster & x?.sh';

/** Neither TOSCA.meta nor manifest: a VNFD at the root, its image, a script. */
export function minimalPackage(vnfdId = 'minimal', image = qcow2Image(64 * 1024 * 1024)): Files {
  const text = readFileSync('descriptors/minimal/sol001-3.3.1.yaml', 'utf8');
  const vnfd = text
    .replace(/hash: [0-9a-f]{64}/, `hash: ${digest('sha256', image)}`)
    .replace(/descriptor_id: .*/, `descriptor_id: ${vnfdId}`);
  return new Map([
    ['minimal.yaml', Buffer.from(vnfd)],
    ['Files/system.qcow2', image],
    [oddName, Buffer.from('#!/bin/sh\n')],
  ]);
}

/** Signatures that nobody made, in the places where they belong; good enough where signatures are not required. */
export function signedEdge(): Files {
  const files = edgePackage();
  const manifest = String(files.get('Definitions/edge.mf'));
  const signed = [...signaturesOf('ChangeLog.txt'), ...signaturesOf('Definitions/edge.yaml')];
  const groups = ['ChangeLog.txt', 'Definitions/edge.yaml'].map(
    (path) => `Source: ${path}\nSignature: ${path}.cms\nCertificate: ${path}.cert\n`,
  );
  files.set('Definitions/edge.mf', Buffer.from(manifest.replace('\n\n', `\n\n${groups.join('\n')}\n`)));
  for (const path of [...signed, 'edge.cert']) files.set(path, Buffer.from(`${path} is nobody’s\n`));
  return files;
}

export const signaturesOf = (path: string): readonly string[] => [`${path}.cms`, `${path}.cert`];

/** Bytes of the archive. */
export async function packed(files: Files): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-packed-'));
  await writeZip(join(folder, 'package.csar'), files);
  const bytes = readFileSync(join(folder, 'package.csar'));
  rmSync(folder, { recursive: true });
  return bytes;
}

/** Uploads it and answers its VnfPkgInfo once onboarding has ended. */
export async function onboard(client: Client, files: Files): Promise<Record<string, unknown>> {
  const id = await createPackage(client);
  await upload(client, id, await packed(files));
  return onboarded(client, id);
}
