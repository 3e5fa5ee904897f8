/**
 * The one server that a command speaks to: where `--url` says, and nowhere else. Redirections are not followed, and of
 * links only what stands behind the interface's name is taken, so that the token goes to nobody else.
 */
import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as tlsRequest, type RequestOptions } from 'node:https';
import { readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { defined } from '../shared/defined.js';
import { errorText } from '../shared/error-text.js';

/** Nothing came or went for so long. */
const silenceMs = 300_000;

export interface TlsOptions {
  /** PEM files. */
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** The name that the certificate must be of, when it is not that of the URL. */
  readonly serverName?: string | undefined;
}

export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly content?: string | Blob | undefined;
}

export class Connection {
  readonly #base: URL;
  readonly #tls: RequestOptions;

  constructor(
    readonly url: string,
    tls: TlsOptions,
  ) {
    this.#base = baseOf(url);
    this.#tls = this.#base.protocol === 'https:' ? tlsOf(tls) : {};
  }

  /** Path and query below `--url` of a path or link that Berth gave, whatever name or prefix Berth knows itself by. */
  pathOf(link: string): string {
    const [path] = /\/(?:vnflcm|vnfpkgm|nfvi)\/v\d+\/.*$/.exec(link) ?? [];
    if (path === undefined) throw new Error(`What answers at ${this.url} is not Berth: it gave the link "${link}"`);
    return path;
  }

  /** The answer with its body still to be read. */
  async ask({ method, path, headers, content }: Ask): Promise<IncomingMessage> {
    const body = content instanceof Blob ? content : content === undefined ? undefined : new Blob([content]);
    const request = (this.#base.protocol === 'https:' ? tlsRequest : plainRequest)({
      ...this.#tls,
      method,
      hostname: this.#base.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: this.#base.port,
      path: `${this.#base.pathname.replace(/\/$/, '')}${path}`,
      headers: { ...headers, ...(body && { 'content-length': String(body.size) }) },
      timeout: silenceMs,
    });
    request.once('timeout', () => request.destroy(new Error(`nothing came for ${silenceMs / 1000} s`)));
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.on('error', reject);
    });
    const sending =
      body === undefined ? Promise.resolve(request.end()) : pipeline(Readable.fromWeb(body.stream()), request);
    // Whoever refuses a body may answer before its end; then the answer counts.
    sending.catch(() => undefined);
    try {
      return await answer;
    } catch (error) {
      throw new Error(`Berth does not answer at ${this.url}; ${adviceOn(error)}`, { cause: error });
    }
  }
}

function baseOf(url: string): URL {
  const base = URL.parse(url);
  if (base === null || !/^https?:$/.test(base.protocol))
    throw new Error(`"${url}" is no URL; give --url as http://127.0.0.1:9641`);
  if (base.username !== '' || base.password !== '' || base.search !== '' || base.hash !== '')
    throw new Error('--url takes scheme, host, port and path only; the token is given with BERTH_TOKEN or --data-dir');
  return base;
}

function tlsOf({ ca, certificate, key, serverName }: TlsOptions): RequestOptions {
  if ((certificate === undefined) !== (key === undefined))
    throw new Error('A client certificate needs its key: give both --client-certificate and --client-key.');
  return {
    minVersion: 'TLSv1.2',
    ...(ca !== undefined && { ca: textOf(ca, '--ca') }),
    ...(certificate !== undefined && { cert: textOf(certificate, '--client-certificate') }),
    ...(key !== undefined && { key: textOf(key, '--client-key') }),
    ...defined({ servername: serverName }),
  };
}

function textOf(file: string, option: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`The file ${file} (${option}) cannot be read`, { cause });
  }
}

const untrusted = 'its certificate is signed by nobody who is known here; name the CA with --ca (BERTH_CA)';

const advice: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its certificate is of another name; use that name in --url, or say it with --tls-name (BERTH_TLS_NAME)',
  CERT_HAS_EXPIRED: 'its certificate has expired; renew it',
  ERR_SSL_WRONG_VERSION_NUMBER: 'what listens there speaks no TLS; try --url with http://',
  EPROTO: 'what listens there speaks no TLS; try --url with http://',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    'it asks for a client certificate; give --client-certificate and --client-key',
  ECONNRESET:
    'the connection was broken off; perhaps it speaks TLS (--url with https://) or asks for a client certificate',
};

function adviceOn(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (errorText(error).includes('alert certificate required'))
    return advice['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'] ?? '';
  return advice[code] ?? 'start it, or say where it is with --url';
}
