/**
 * Authorities, signers and signatures made by the OpenSSL command line, as a vendor would make them.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Identity {
  readonly name: string;
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly certificate: Buffer;
}

export interface SignerWishes {
  readonly by?: Identity;
  /** For `-newkey`. */
  readonly key?: readonly string[];
  readonly days?: number;
  readonly serial?: number;
  readonly extensions?: string;
  readonly digest?: string;
}

const elliptic = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
const authorityExtensions = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n';

/** A folder with keys and certificates in it. */
export class Pki {
  readonly folder = mkdtempSync(join(tmpdir(), 'berth-pki-'));
  #serial = 1000;

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  openssl(...args: readonly string[]): Buffer {
    return execFileSync('openssl', args, { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  authority(name: string, by?: Identity, extensions = authorityExtensions): Identity {
    return this.signer(name, { ...(by && { by }), extensions, days: 7300 });
  }

  /** Signed by itself when `by` is left out. */
  signer(name: string, wishes: SignerWishes = {}): Identity {
    const { by, key = elliptic, days = 365, serial = (this.#serial += 1), extensions = '', digest = 'sha256' } = wishes;
    const [keyFile, requestFile, certificateFile] = [`${name}.key`, `${name}.csr`, `${name}.pem`] as const;
    const subject = `/O=Example/CN=${name}`;
    this.openssl('req', '-new', '-nodes', '-newkey', ...key, '-keyout', keyFile, '-out', requestFile, '-subj', subject);
    writeFileSync(join(this.folder, 'extensions'), `${extensions}subjectKeyIdentifier=hash\n`);
    const issuer = by ? ['-CA', by.certificateFile, '-CAkey', by.keyFile] : ['-signkey', keyFile];
    const terms = ['-days', String(days), '-set_serial', String(serial), `-${digest}`, '-extfile', 'extensions'];
    this.openssl('x509', '-req', '-in', requestFile, ...issuer, ...terms, '-out', certificateFile);
    return this.#identity(name, keyFile, certificateFile);
  }

  #identity(name: string, keyFile: string, certificateFile: string): Identity {
    return { name, keyFile, certificateFile, certificate: readFileSync(join(this.folder, certificateFile)) };
  }

  /** A detached CMS over the content; `flags` go to `openssl cms`. */
  sign(content: Buffer, { certificateFile, keyFile }: Identity, ...flags: readonly string[]): Buffer {
    writeFileSync(join(this.folder, 'content'), content);
    const form = flags.includes('-outform') ? [] : ['-outform', 'PEM'];
    const binary = flags.includes('text') ? [] : ['-binary'];
    const rest = flags.filter((flag) => flag !== 'text');
    const by = ['-signer', certificateFile, '-inkey', keyFile];
    return this.openssl('cms', '-sign', ...binary, '-in', 'content', ...by, ...form, ...rest);
  }

  /** A current revocation list of the authority. */
  revocationList({ name, keyFile, certificateFile }: Identity, ...revoked: readonly Identity[]): string {
    const config = `${name}.cnf`;
    writeFileSync(join(this.folder, `${name}.index`), '');
    writeFileSync(join(this.folder, `${name}.crlnumber`), '01\n');
    writeFileSync(
      join(this.folder, config),
      `[ca]\ndefault_ca=it\n[it]\ndatabase=${name}.index\ncrlnumber=${name}.crlnumber\ndefault_md=sha256\n`,
    );
    const by = ['-config', config, '-keyfile', keyFile, '-cert', certificateFile];
    for (const { certificateFile: file } of revoked) this.openssl('ca', ...by, '-revoke', file);
    const list = `${name}.crl`;
    this.openssl('ca', ...by, '-gencrl', '-crldays', '30', '-out', list);
    return join(this.folder, list);
  }

  /** PEM files of the certificates in one. */
  bundle(file: string, ...identities: readonly Identity[]): string {
    const path = join(this.folder, file);
    writeFileSync(path, '');
    for (const { certificate } of identities) appendFileSync(path, certificate);
    return path;
  }
}
