/** The ways to a host of the lab: those that are open, and what each closed one says of itself and of what to do. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientFiles, makeKeys } from '../../../src/lab/keys.js';
import type { TestLab } from '../lab-under-test.js';
import { saidOn } from '../said-on.js';

const limitMs = 120_000;

export function waysIn(lab: () => TestLab): void {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-ways-'));
    const own = new URL(lab().uris[0]!).searchParams.get('pkipath')!;
    const other = (await makeKeys(join(folder, 'other'))).client;
    const pki = async (name: string, sources: readonly (string | undefined)[]) => {
      await mkdir(join(folder, name));
      for (const [index, source] of sources.entries())
        if (source !== undefined)
          await copyFile(join(source, clientFiles[index]!), join(folder, name, clientFiles[index]!));
    };
    await pki('no-certificate', [own]);
    await pki('certificate-of-another', [own, other, other]);
    await pki('another-authority', [other, own, own]);
    await pki('all-of-another', [other, other, other]);
  }, limitMs);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const over = (name: string): string => {
    const uri = new URL(lab().uris[0]!);
    uri.searchParams.set('pkipath', join(folder, name));
    return uri.href;
  };

  test('mutual TLS and plain TCP are open', async () => {
    expect(await saidOn(lab().uris[0]!)).toBeUndefined();
    expect(await saidOn(lab().tcpUris[0]!)).toBeUndefined();
  });

  test.each([
    ['no-certificate', /Unable to read TLS confirmation.*; the host refused Berth's certificate or got none/],
    ['certificate-of-another', /failed validation against .*; the client certificate is not of the authority of/],
    ['another-authority', /failed validation against .*; the client certificate is not of the authority of/],
    ['all-of-another', /; the certificate of the host does not hold/],
    ['nothing', /Cannot read CA certificate .*; put the certificate of the authority there/],
  ])('TLS with %s says what to do', async (name, sentence) => expect(await saidOn(over(name))).toMatch(sentence));

  test('ssh to a host whose key nobody knows says what to do', async () => {
    const uri = `qemu+ssh://root@127.0.0.1:${lab().sshPorts[0]}/system`;
    expect(await saidOn(uri)).toMatch(/Host key verification failed.*; .*known_hosts/);
  });
}
