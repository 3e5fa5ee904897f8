/**
 * Why the way to a host fails, with what to do about it. libvirt tells of certificates, keys and addresses in its own words and
 * in those of ssh; the sentence that follows them names the file and the fix.
 */
import { readUri } from '../../inventory/hypervisor-uri.js';
import { shellWord } from '../../shared/shell-word.js';

interface Way {
  readonly text: string;
  /** Where the client's files for TLS lie. */
  readonly pki: string;
  readonly isShared: boolean;
  readonly keyfile: string | undefined;
  readonly host: string;
  readonly port: number | undefined;
}

type Advice = readonly [sign: RegExp, fix: (way: Way) => string];

const onHost = 'on the host, and start its daemon again';
const caOf = ({ isShared, pki }: Way) => (isShared ? '/etc/pki/CA/cacert.pem' : `${pki}/cacert.pem`);
const keyOf = ({ isShared, pki }: Way) => (isShared ? `${pki}/private/clientkey.pem` : `${pki}/clientkey.pem`);

/** The first that fits. */
const advices: readonly Advice[] = [
  [
    /Cannot read CA certificate/,
    (way) =>
      `put the certificate of the authority there, readable for Berth, or name its folder as pkipath in the URI; it is looked for at ${caOf(way)}`,
  ],
  [
    /client certificate .* has expired|Our own certificate .*expired/,
    ({ pki }) => `make a new client certificate, with its key, in ${pki}`,
  ],
  [/certificate .* is not yet active/, () => 'set the clock of this machine right, or wait until it is valid'],
  [
    /Our own certificate .* failed validation/,
    (way) =>
      `the client certificate is not of the authority of ${caOf(way)}: put the certificate of its authority there, or have it signed by that one`,
  ],
  [
    /Unable to read TLS confirmation/,
    (way) =>
      `the host refused Berth's certificate or got none: put clientcert.pem of an authority that the host knows (ca_file of its libvirtd.conf) into ${way.pki}, and its key at ${keyOf(way)}`,
  ],
  [
    /Failed to verify peer's certificate|The certificate .*(?:expired|issuer|not trusted)|does not match the hostname/,
    (way) =>
      `the certificate of the host does not hold: it has expired, is not of the authority of ${caOf(way)}, or does not name ${way.host} (subjectAltName); make a new one ${onHost}`,
  ],
  [
    /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/,
    ({ host, port }) =>
      `the key of the host is not the one in known_hosts of Berth's user, or none is there: see it on the host (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), and add it: ssh-keyscan ${port === undefined ? '' : `-p ${port} `}${shellWord(host)} >> ~/.ssh/known_hosts`,
  ],
  [
    /Identity file .* not accessible/,
    ({ keyfile = '' }) => `put the private key at ${keyfile}, readable for Berth's user alone, or correct keyfile`,
  ],
  [
    /UNPROTECTED PRIVATE KEY|bad permissions/,
    ({ keyfile = 'KEY' }) => `others may read the key, so it is not used: chmod 600 ${shellWord(keyfile)}`,
  ],
  [
    /Permission denied/,
    ({ keyfile }) =>
      `the host does not take ${keyfile === undefined ? "a key of Berth's user" : `the key ${keyfile}`}: add its public half to authorized_keys of the user on the host, or name another one as keyfile in the URI`,
  ],
  [
    /Could not resolve hostname|Unable to resolve address|Name or service not known/,
    ({ host }) => `no address is known of ${host}: correct the URI, or name the host in DNS or /etc/hosts`,
  ],
  [
    /Failed to connect socket to/,
    () => 'libvirt does not run there, or Berth may not use its socket: start libvirtd (or virtqemud.socket)',
  ],
  [/Connection refused|No route to host|timed out/i, portAdvice],
];

function portAdvice({ text, host }: Way): string {
  const parts = readUri(text);
  if (/ssh/.test(parts?.transport ?? ''))
    return `no ssh daemon answers at ${host}: start it, or correct the port in the URI`;
  const socket = parts?.transport === 'tcp' ? 'libvirtd-tcp.socket' : 'libvirtd-tls.socket';
  return `no libvirt answers at ${host} by this transport: start ${socket} on the host, open its port, or correct the URI`;
}

/** ssh says much in many lines. */
const mostOfWords = 300;

export function explained(said: string, uri: string): string {
  const advice = advices.find(([sign]) => sign.test(said));
  if (advice === undefined) return said;
  const words = said.replace(/[@\s]{2,}|\s/g, ' ').trim();
  const short = words.length > mostOfWords ? `… ${words.slice(-mostOfWords)}` : words;
  return `${short.replace(/\.$/, '')}; ${advice[1](wayOf(uri))}`;
}

function wayOf(uri: string): Way {
  const parts = readUri(uri);
  const parameter = (name: string) => parts?.parameters.findLast(([each]) => each === name)?.[1];
  const pkipath = parameter('pkipath');
  return {
    text: uri,
    pki: pkipath ?? '/etc/pki/libvirt',
    isShared: pkipath === undefined,
    keyfile: parameter('keyfile'),
    host: parts?.host ?? '',
    port: parts?.port,
  };
}
