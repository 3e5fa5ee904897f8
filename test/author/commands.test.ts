/**
 * `berth package lint` and `build` as they are typed: what they say, what they write, how they end.
 */
import { afterAll, describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addAuthorCommands } from '../../src/author/commands.js';
import { errorText } from '../../src/shared/error-text.js';
import { edgePackage, edit } from '../artifacts/edge-package.js';
import { Pki } from '../artifacts/signatures/authority.js';
import { makeScratch } from './folders.js';
import { systemClock } from '../../src/system.js';

const scratch = makeScratch();
const pki = new Pki();
afterAll(() => {
  scratch.remove();
  pki.remove();
});
const vendor = pki.signer('vendor');
pki.openssl('pkcs8', '-topk8', '-in', vendor.keyFile, '-out', 'locked.key', '-passout', 'pass:open sesame');
const [key, locked, certificate] = [vendor.keyFile, 'locked.key', vendor.certificateFile].map((file) =>
  join(pki.folder, file),
) as [string, string, string];
const signed = ['--key', key, '--certificate', certificate];

interface Ending {
  readonly said: string;
  readonly complaint: string;
  readonly code: number;
}

async function berth(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ending> {
  const said: string[] = [];
  const complaints: string[] = [];
  let code = 0;
  const program = new Command('berth').option('--json');
  addAuthorCommands(program.command('package'), {
    environment,
    out: (text) => said.push(text),
    complain: (error) => complaints.push(errorText(error)),
    exitCode: (ended) => (code = ended),
    clock: systemClock,
  });
  await program.parseAsync(['package', ...args], { from: 'user' });
  return { said: said.join('\n'), complaint: complaints.join('\n'), code };
}

const good = scratch.folder('good', edgePackage());
const bad = scratch.folder(
  'bad',
  edgePackage({
    change: (files) => edit(files, 'Definitions/edge_df_small.yaml', 'binding: worker', 'binding: wrker'),
  }),
);

describe('berth package lint', () => {
  test('ends with 0 for a package that Berth accepts and 1 for one that it refuses', async () => {
    expect(await berth(['lint', good])).toMatchObject({ said: expect.stringContaining('Berth accepts'), code: 0 });
    expect(await berth(['lint', bad])).toMatchObject({ said: expect.stringContaining('Berth refuses'), code: 1 });
  });

  test.each([
    [['lint', scratch.path('nowhere')], /^ENOENT: .*nowhere/],
    [['lint', good, '--format', 'xml'], 'There is no format xml; there are text, json, sarif.'],
    [['lint', good, '--format', 'constructor'], 'There is no format constructor; there are text, json, sarif.'],
    [['lint', good, '--revocation-lists', certificate], '--revocation-lists needs --trust-store'],
    [['lint', good, '--signature-policy', 'warn'], 'The signature policy warn needs --trust-store: whom to trust.'],
    [
      ['lint', good, '--signature-policy', 'maybe'],
      'There is no signature policy maybe; there are require, warn, off.',
    ],
    [['lint', good, '--trust-store', key], /vendor\.key|there is no certificate/],
  ])('ends with 2 when it cannot do what it is told: %j', async (args, complaint) => {
    const ending = await berth(args);
    expect(ending).toMatchObject({ said: '', code: 2 });
    expect(ending.complaint).toMatch(complaint);
  });

  test('gives JSON when asked for it, here or of every command', async () => {
    for (const args of [
      ['lint', bad, '--format', 'json'],
      ['lint', bad, '--json'],
    ]) {
      const report = JSON.parse((await berth(args)).said) as Record<string, unknown>;
      expect(report).toMatchObject({
        accepted: false,
        findings: [{ code: 'VNFD-CP-UNBOUND', line: expect.any(Number) }],
      });
    }
  });

  test('writes the report into a file', async () => {
    const file = scratch.path('report.sarif');
    expect(await berth(['lint', bad, '--format', 'sarif', '--output', file])).toMatchObject({ said: '', code: 1 });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: '2.1.0' });
  });
});

describe('berth package build', () => {
  test('says what it wrote', async () => {
    const file = scratch.path('plain.csar');
    const { said, code } = await berth(['build', good, '--out', file]);
    expect([said, code]).toEqual([`${file}: 12 files, manifest Definitions/edge.mf, not signed`, 0]);
  });

  test.each([
    ['1', [], 'signed.csar'],
    ['2', ['--option', '2'], 'signed.zip'],
  ])('signs by option %s what lint then trusts', async (option, args, name) => {
    const file = scratch.path(name);
    const { said, code } = await berth(['build', good, '--out', file, ...signed, ...args]);
    expect([said.endsWith(`signed (option ${option})`), code]).toEqual([true, 0]);
    expect((await berth(['lint', file, '--trust-store', certificate])).code).toBe(0);
  });

  test('opens an encrypted key with a passphrase out of a file or the environment', async () => {
    const file = scratch.path('locked.csar');
    const args = ['build', good, '--out', file, '--key', locked, '--certificate', certificate];
    const passphrase = 'open sesame';
    writeFileSync(scratch.path('passphrase'), `${passphrase}\n`);
    expect(await berth([...args, '--passphrase-file', scratch.path('passphrase')])).toMatchObject({ code: 0 });
    expect(await berth(args, { BERTH_KEY_PASSPHRASE: passphrase })).toMatchObject({ code: 0 });
    expect(await berth(args)).toMatchObject({
      complaint: `The key ${locked} cannot sign with ${certificate}`,
      code: 2,
    });
  });

  test('refuses what Berth would refuse, unless it is forced', async () => {
    const file = scratch.path('bad.csar');
    // Its manifest is still to be written, with what the VNFD says of the VNF.
    const bare = edgePackage({
      change: (files) => edit(files, 'Definitions/edge_df_small.yaml', 'binding: worker', 'binding: wrker'),
    });
    bare.delete('Definitions/edge.mf');
    const refused = await berth(['build', scratch.folder('bare', bare), '--out', file]);
    expect([refused.code, existsSync(file)]).toEqual([1, false]);
    expect(refused.said.match(/\[[A-Z-]+\]$/gm)).toEqual(['[VNFD-CP-UNBOUND]']);
    const forced = await berth(['build', bad, '--out', file, '--force']);
    expect([forced.code, existsSync(file)]).toEqual([0, true]);
  });

  test.each([
    [['--option', '3'], 'There is no security option 3; there are 1 and 2.'],
    [['--option', '2'], 'A signature needs both --key and --certificate.'],
    [['--key', key], 'A signature needs both --key and --certificate.'],
    [['--digest', 'md5'], 'There is no digest md5; there are SHA-256, SHA-512.'],
    [['--released', 'tomorrow'], 'tomorrow is no RFC 3339 time such as 2026-01-31T12:00:00Z.'],
  ])('ends with 2 when it is told %j', async (args, complaint) => {
    const file = scratch.path('none.csar');
    expect(await berth(['build', good, '--out', file, ...args])).toEqual({ said: '', complaint, code: 2 });
    expect(existsSync(file)).toBe(false);
  });
});
