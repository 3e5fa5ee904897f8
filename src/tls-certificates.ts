/**
 * Certificate and key of the listener, from files that are looked at again and again: whoever renews them, by writing,
 * renaming or swapping a symbolic link, needs no restart. What does not fit together is refused, and what was good stays.
 */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createSecureContext, Server, type SecureContextOptions } from 'node:tls';
import { ConfigError, type TlsFiles } from './config/config.js';
import { errorText } from './shared/error-text.js';
import type { Background } from './workflow/background/background.js';
import type { WallClock } from './shared/clock.js';
import { defined } from './shared/defined.js';
import type { Log } from './shared/log.js';
import { InTurn } from './shared/in-turn.js';

const lookEveryMs = 5_000;
/** A file system that has not answered by then hangs. */
const lookLimitMs = 60_000;
const mostBytes = 1024 * 1024;

/** What the files hold. */
interface Content {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa?: string;
}

export class TlsCertificates {
  #inForce: Content;
  /** What the last look found wrong; told when the next one finds the same, for files are replaced one after the other. */
  #suspect: string | undefined;
  #told: string | undefined;
  #server: Server | undefined;
  readonly #looks = new InTurn();

  private constructor(
    private readonly files: TlsFiles,
    first: Content,
    private readonly log: Log,
    private readonly clock: WallClock,
  ) {
    this.#inForce = first;
  }

  /** Throws ConfigError when a listener cannot begin with these files; one that has expired is only warned of. */
  static async open(files: TlsFiles, log: Log, clock: WallClock): Promise<TlsCertificates> {
    const content = await read(files);
    const fault = typeof content === 'string' ? content : mismatch(files, content);
    if (typeof content === 'string' || fault !== undefined) throw new ConfigError([`tls: ${String(fault)}`]);
    const age = outOfTime(files, content, clock);
    if (age !== undefined) log.warn({ ...files }, `tls: ${age}; clients will refuse it`);
    return new TlsCertificates(files, content, log, clock);
  }

  get options(): SecureContextOptions & { readonly requestCert: boolean; readonly rejectUnauthorized: boolean } {
    const asks = this.files.clientCa !== undefined;
    return { ...contextOf(this.#inForce), requestCert: asks, rejectUnauthorized: asks };
  }

  /** When the certificate in force expires. */
  get expiresMs(): number {
    return new X509Certificate(this.#inForce.certificate).validToDate.getTime();
  }

  /** Whether what the files hold now was refused. */
  get isRefused(): boolean {
    return this.#told !== undefined;
  }

  /** From now on the server has what the files hold. */
  watch(server: object, background: Background): void {
    if (!(server instanceof Server)) throw new TypeError('certificates are watched for a server that speaks TLS');
    this.#server = server;
    background.add({
      name: 'tls-files',
      does: 'looking at the files of the certificate',
      everyMs: lookEveryMs,
      isFirstLater: true,
      limitMs: lookLimitMs,
      run: () => this.look(),
    });
  }

  /** One look after the other. */
  look(): Promise<void> {
    return this.#looks.do(() => this.lookNow());
  }

  private async lookNow(): Promise<void> {
    const content = await read(this.files);
    const fault = typeof content === 'string' ? content : this.faultOf(content);
    if (fault !== undefined) this.refuse(fault);
    else if (typeof content !== 'string') this.take(content);
  }

  /** What is in force already may grow old: there is nothing better. */
  private faultOf(content: Content): string | undefined {
    if (isSame(content, this.#inForce)) return undefined;
    return mismatch(this.files, content) ?? outOfTime(this.files, content, this.clock);
  }

  private take(content: Content): void {
    this.#suspect = undefined;
    this.#told = undefined;
    if (isSame(content, this.#inForce)) return;
    this.#server?.setSecureContext(contextOf(content));
    this.#inForce = content;
    const expires = new Date(this.expiresMs).toISOString();
    this.log.info({ ...this.files, expires }, 'tls: the files have changed; new connections get the new certificate');
  }

  private refuse(fault: string): void {
    if (this.#suspect === fault && this.#told !== fault) {
      this.#told = fault;
      this.log.error(
        { ...this.files },
        `tls: ${fault}; the former certificate stays in force, put files that fit there`,
      );
    }
    this.#suspect = fault;
  }
}

const contextOf = ({ certificate, key, clientCa }: Content): SecureContextOptions => ({
  cert: certificate,
  key,
  ...defined({ ca: clientCa }),
  minVersion: 'TLSv1.2',
});

const isSame = (a: Content, b: Content): boolean =>
  a.certificate === b.certificate && a.key === b.key && a.clientCa === b.clientCa;

/** The contents, or why there are none. */
async function read({ certificate, key, clientCa }: TlsFiles): Promise<Content | string> {
  try {
    return {
      certificate: await textOf(certificate),
      key: await textOf(key),
      ...(clientCa !== undefined && { clientCa: await textOf(clientCa) }),
    };
  } catch (error) {
    return errorText(error);
  }
}

async function textOf(file: string): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const buffer = Buffer.alloc(mostBytes + 1);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
      if (bytesRead > mostBytes) throw new Error('it is larger than 1 MiB');
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new Error(`${file} cannot be read (${errorText(error)})`, { cause: error });
  }
}

/** What keeps the contents from being used together. */
function mismatch(files: TlsFiles, { certificate, key, clientCa }: Content): string | undefined {
  const found = certificateIn(certificate);
  if (typeof found === 'string') return `${files.certificate} holds no certificate in PEM (${found})`;
  const secret = keyIn(key);
  if (typeof secret === 'string') return `${files.key} holds no key that can be used (${secret})`;
  if (!found.checkPrivateKey(secret))
    return `the key in ${files.key} is not that of the certificate in ${files.certificate}`;
  const wrong = clientCa === undefined ? undefined : authoritiesFault(clientCa);
  if (wrong !== undefined) return `${String(files.clientCa)} holds no certificates in PEM (${wrong})`;
  try {
    createSecureContext(contextOf({ certificate, key, ...defined({ clientCa }) }));
    return undefined;
  } catch (error) {
    return `${files.certificate} and ${files.key} cannot be used (${errorText(error)})`;
  }
}

function certificateIn(text: string): X509Certificate | string {
  try {
    return new X509Certificate(text);
  } catch (error) {
    return errorText(error);
  }
}

function keyIn(text: string): KeyObject | string {
  try {
    return createPrivateKey(text);
  } catch (error) {
    return text.includes('ENCRYPTED') ? 'it has a passphrase, and nobody is there to give it' : errorText(error);
  }
}

/** OpenSSL passes over what it cannot read: nobody would be let in, and nobody would be told why. */
function authoritiesFault(text: string): string | undefined {
  const all = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (all.length === 0) return 'there is none';
  return all.map(certificateIn).find((each) => typeof each === 'string');
}

function outOfTime({ certificate: file }: TlsFiles, { certificate }: Content, clock: WallClock): string | undefined {
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  const today = new Date(clock.now());
  if (validToDate < today) return `the certificate in ${file} expired on ${validToDate.toISOString()}`;
  if (validFromDate > today) return `the certificate in ${file} is valid only from ${validFromDate.toISOString()} on`;
  return undefined;
}
