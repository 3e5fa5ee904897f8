/** Looks at the files of the listener, one by one; what a server makes of them is in test/flow/tls.test.ts. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../src/shared/log.js';
import { systemClock } from '../src/system.js';
import { TlsCertificates } from '../src/tls-certificates.js';
import { Pki, type Identity } from './artifacts/signatures/authority.js';

const pki = new Pki();
const [certificate, key] = [join(pki.folder, 'tls.crt'), join(pki.folder, 'tls.key')];
let first: Identity;
let other: Identity;
beforeAll(() => {
  first = pki.authority('first');
  other = pki.authority('other');
});
afterAll(() => pki.remove());

const contentOf = (of: Identity) => ({
  certificate: pki.openssl('x509', '-in', of.certificateFile),
  key: pki.openssl('pkey', '-in', of.keyFile),
});
function put(content: { readonly certificate: Buffer; readonly key: Buffer }): void {
  writeFileSync(certificate, content.certificate);
  writeFileSync(key, content.key);
}

let said: string[];
let certificates: TlsCertificates;
beforeEach(async () => {
  said = [];
  const say = (_fields: object, message: string) => void said.push(message);
  const log: Log = { info: say, warn: say, error: say };
  put(contentOf(first));
  certificates = await TlsCertificates.open({ certificate, key }, log, systemClock);
});

test('a look that finds a fault says nothing, for it may come between two files that are replaced; the next tells, once', async () => {
  put({ ...contentOf(other), key: contentOf(first).key });
  await certificates.look();
  expect([said, certificates.isRefused]).toEqual([[], false]);
  for (let look = 0; look < 3; look += 1) await certificates.look();
  expect([said, certificates.isRefused]).toEqual([
    [expect.stringMatching(/is not that of the certificate.*the former certificate stays in force/)],
    true,
  ]);
});

test('files whose second one came after a look are taken without a word of a fault', async () => {
  put({ ...contentOf(other), key: contentOf(first).key });
  await certificates.look();
  put(contentOf(other));
  await certificates.look();
  expect([said, certificates.isRefused]).toEqual([[expect.stringContaining('the files have changed')], false]);
});
