/**
 * The package of test/fixtures/packages/edge as a map of files, complete with images and a manifest, for tests to bend.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

export type Files = Map<string, Buffer>;

const folder = join(import.meta.dirname, '../fixtures/packages/edge');

export const digest = (algorithm: string, content: Buffer): string =>
  createHash(algorithm).update(content).digest('hex');

/** The head of a qcow2 (version 3) that says it is a disk of `virtualBytes`. */
export function qcow2Image(virtualBytes: number, change: (head: Buffer) => void = () => undefined): Buffer {
  const head = Buffer.alloc(4096);
  head.write('QFI\u00fb', 0, 'latin1');
  head.writeUInt32BE(3, 4);
  head.writeUInt32BE(16, 20);
  head.writeBigUInt64BE(BigInt(virtualBytes), 24);
  head.writeUInt32BE(104, 100);
  change(head);
  return head;
}

export interface EdgeOptions {
  readonly image?: Buffer;
  readonly fast?: Buffer;
  /** Bends a file before the manifest is made. */
  readonly change?: (files: Files) => void;
  /** Bends a file after that. */
  readonly tamper?: (files: Files) => void;
}

export function edgePackage(options: EdgeOptions = {}): Files {
  const image = options.image ?? qcow2Image(1_000_000_000);
  const fast = options.fast ?? Buffer.alloc(1_048_576, 'raw disk ');
  const values: Record<string, string> = {
    'image.sha512': digest('sha512', image),
    'fast.sha256': digest('sha256', fast),
  };
  const files: Files = new Map();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, 'utf8').replace(/@\{([^}]+)\}/g, (_, key: string) => values[key] ?? '');
    files.set(relative(folder, path), Buffer.from(text));
  }
  files.set('Files/images/edge.qcow2', image);
  files.set('Files/images/edge-fast.img', fast);
  options.change?.(files);
  files.set('Definitions/edge.mf', manifestOf(files));
  options.tamper?.(files);
  return files;
}

const metadata = `metadata:
  vnf_provider_id: Example
  vnf_product_name: Edge
  vnf_software_version: 2.10
  vnf_package_version: '1.1'
  vnf_release_date_time: 2026-01-31T12:00:00Z
  compatible_specification_versions: 2.7.1, 3.3.1
`;

function manifestOf(files: Files): Buffer {
  const sources = [...files].map(([path, content], index) => {
    const algorithm = index % 2 === 0 ? 'SHA-256' : 'SHA-512';
    return `Source: ${path}\r\nAlgorithm: ${algorithm}\r\nHash: ${digest(algorithm.replace('-', ''), content)}\r\n`;
  });
  const sets = 'non_mano_artifact_sets:\n  example_dashboards:\n    Source: Scripts/dashboard.json\n';
  return Buffer.from(`${metadata}\n${sources.join('\r\n')}\n${sets}`);
}

/** Replaces text in a file; a test that replaces nothing would prove nothing. */
export function edit(files: Files, path: string, from: string | RegExp, to: string): void {
  const before = files.get(path)?.toString('utf8') ?? '';
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${path} has no ${String(from)}`);
  files.set(path, Buffer.from(after));
}
