/**
 * What the README and docs/packages.md show of `berth package lint` is what it says. To update it after a change:
 * UPDATE_GOLDEN=1 npm run jest -- --selectProjects unit --testPathPatterns documented-lint
 */
import { afterAll, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintPackage } from '../../src/author/lint.js';
import { reportText } from '../../src/author/report-text.js';
import { digest, qcow2Image } from '../artifacts/edge-package.js';
import { bend, minimal } from '../vnfd/read.js';
import { makeScratch } from './folders.js';

const scratch = makeScratch();
afterAll(() => scratch.remove());

const top = join(import.meta.dirname, '../..');
const command = '$ berth package lint router/';
const meta =
  'TOSCA-Meta-File-Version: 1.0\nCSAR-Version: 1.1\nCreated-By: Example\nEntry-Definitions: Definitions/vnfd.yaml\n';

/** A package with the mistakes that are made most: a slip, a unit forgotten, hardware that is not there. */
async function shown(): Promise<string> {
  const image = qcow2Image(1024 ** 3);
  const vnfd = bend(
    minimal('3.3.1'),
    [/hash: [0-9a-f]{64}/, `hash: ${digest('sha256', image)}`],
    ['virtual_mem_size: 256 MiB', 'virtual_mem_size: 256'],
    [
      'num_virtual_cpu: 1',
      'num_virtual_cpu: 1\n              virtual_cpu_pining: { virtual_cpu_pinning_policy: static }',
    ],
    ['layer_protocols: [ipv4]', 'layer_protocols: [ipv4]\n        vnic_type: smart-nic'],
    ['virtual_binding: vdu', 'virtual_binding: vdv'],
  );
  const folder = scratch.folder(
    'router',
    new Map<string, Uint8Array | string>([
      ['TOSCA-Metadata/TOSCA.meta', meta],
      ['Definitions/vnfd.yaml', vnfd],
      ['Definitions/Files/system.qcow2', image],
    ]),
  );
  return `${command}\n${reportText(await lintPackage(folder))}`;
}

test.each(['README.md', 'docs/packages.md'])('%s shows a broken package as its author sees it', async (name) => {
  const path = join(top, name);
  const text = readFileSync(path, 'utf8');
  const block = new RegExp('```\\n\\' + command + '\\n[^`]*(?:`[^`]+`[^`]*)*?\\n```\\n').exec(text)?.[0] ?? '';
  const wanted = `\`\`\`\n${await shown()}\n\`\`\`\n`;
  if (process.env['UPDATE_GOLDEN'] === '1')
    writeFileSync(
      path,
      text.replace(block, () => wanted),
    );
  else expect(block).toBe(wanted);
});
