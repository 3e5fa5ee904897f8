/**
 * A server as it is by default: only what someone in its trust store signed comes in.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { isError, type Finding } from '../../src/shared/finding.js';
import { signingOf } from '../../src/author/signatures.js';
import { Pki } from '../artifacts/signatures/authority.js';
import { buildRouter, createPackage, onboarded, upload } from './router.js';
import { startServer, type Server } from './server.js';
import { systemClock } from '../../src/system.js';

const pki = new Pki();
const root = pki.authority('root');
const vendor = pki.signer('vendor', { by: root });
let server: Server;

beforeAll(async () => {
  server = await startServer({ signatures: { policy: 'require', trustStore: pki.bundle('trust.pem', root) } });
});
afterAll(async () => {
  await server.stop();
  pki.remove();
});

const key = join(pki.folder, vendor.keyFile);
const certificate = join(pki.folder, vendor.certificateFile);

async function verdictOn(content: Buffer): Promise<Record<string, unknown>> {
  const id = await createPackage(server);
  expect((await upload(server, id, content)).status).toBe(202);
  return onboarded(server, id);
}

test('a package that nobody signed ends in ERROR, for that alone', async () => {
  const info = await verdictOn(await buildRouter());
  expect(info['onboardingState']).toBe('ERROR');
  const { findings } = info['onboardingFailureDetails'] as { readonly findings: readonly Finding[] };
  expect(findings.filter(isError).map(({ code }) => code)).toEqual(['SIG-NONE']);
});

test('a package that its author signed is onboarded, and its signer is shown', async () => {
  const signing = await signingOf({ option: '1', key, certificate }, 'sha256', {}, systemClock);
  expect(await verdictOn(await buildRouter({ ...(signing && { signing }) }))).toMatchObject({
    onboardingState: 'ONBOARDED',
    packageSecurityOption: 'OPTION_1',
    signingCertificate: vendor.certificate.toString(),
  });
});

test('a trust store that is not there stops the start', async () => {
  const nowhere = { policy: 'require', trustStore: join(pki.folder, 'none.pem') } as const;
  await expect(startServer({ signatures: nowhere })).rejects.toThrow('trustStore, revocationLists: ENOENT');
});
