// Security option 1 of SOL004: the manifest ends in a detached CMS over all bytes before it, made by OpenSSL.
import { execFileSync } from 'node:child_process';

// `entries` with the manifest signed; `key` and `certificate` are PEM files.
export function signManifest(name, entries, { key, certificate }) {
  const path = `Definitions/${name}.mf`;
  const unsigned = entries.get(path);
  const cms = execFileSync(
    'openssl',
    ['cms', '-sign', '-binary', '-md', 'sha256', '-signer', certificate, '-inkey', key, '-outform', 'PEM'],
    { input: unsigned, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  return new Map([...entries, [path, Buffer.concat([unsigned, cms])]]);
}
