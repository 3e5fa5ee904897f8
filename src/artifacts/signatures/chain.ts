/**
 * From a signer's certificate to the trust store (RFC 5280 clause 6, by pkijs): signatures, dates, uses of keys, and
 * revocation lists where the server has some.
 */
import { CertificateChainValidationEngine, getCrypto, type Certificate, type FindIssuerCallback } from 'pkijs';
import type { SignatureVerdict } from '../../package/signatures.js';
import { schemeOf } from './algorithms.js';
import { isSame, subjectOf } from './certificates.js';
import type { Trust } from './trust-store.js';

type Fault = SignatureVerdict['faults'][number];

/** Whether the certificate is valid now, and whether a good chain holds at a time when it is. */
export async function checkChain(
  signer: Certificate,
  others: readonly Certificate[],
  trust: Trust,
  judgedMs: number,
): Promise<readonly Fault[]> {
  const from = signer.notBefore.value;
  const until = signer.notAfter.value;
  const name = subjectOf(signer);
  const faults: Fault[] = [];
  if (judgedMs < from.getTime())
    faults.push({ code: 'SIG-NOT-YET-VALID', message: `${name} is valid from ${from.toISOString()}.` });
  if (judgedMs > until.getTime())
    faults.push({ code: 'SIG-EXPIRED', message: `${name} was valid until ${until.toISOString()}.` });
  const validMs = Math.min(Math.max(judgedMs, from.getTime()), until.getTime());
  return [...faults, ...(await checkPath(signer, others, trust, new Date(validMs)))];
}

async function checkPath(
  signer: Certificate,
  others: readonly Certificate[],
  { anchors, revocationLists }: Trust,
  checkDate: Date,
): Promise<readonly Fault[]> {
  const name = subjectOf(signer);
  if (anchors.length === 0) return untrusted(name, 'this server has no trust store');
  // The operator trusts this very certificate; the engine expects the signer apart from what is trusted.
  if (anchors.some((anchor) => isSame(anchor, signer))) return [];
  const engine = new CertificateChainValidationEngine({
    trustedCerts: [...anchors],
    certs: [...others.filter((other) => !isSame(other, signer)), signer],
    crls: [...revocationLists],
    checkDate,
    findIssuer: boundedFindIssuer(),
  });
  const result = await engine.verify();
  if (result.result) return checkPathItself(name, result.certificatePath ?? []);
  switch (result.resultCode) {
    case 11:
      return [{ code: 'SIG-REVOCATION-UNKNOWN', message: `${name}: ${result.resultMessage}.` }];
    case 12:
      return [{ code: 'SIG-REVOKED', message: `${name}: ${result.resultMessage}.` }];
    default:
      return untrusted(name, result.resultMessage);
  }
}

const untrusted = (name: string, why: string): readonly Fault[] => [
  { code: 'SIG-UNTRUSTED', message: `${name}: ${why.replace(/\.$/, '')}.` },
];

/** Certificates that issue one another would lead the engine round in circles, or along all ways there are. */
const maxIssuerSearches = 64;

function boundedFindIssuer(): FindIssuerCallback {
  let searches = 0;
  return (certificate, engine) => {
    searches += 1;
    if (searches > maxIssuerSearches) throw new Error('its chain has no end within reach');
    return engine.defaultFindIssuer(certificate, engine, getCrypto(true));
  };
}

/** What the engine leaves out: weak algorithms below the anchor, and how long a chain its authorities allow. */
function checkPathItself(name: string, path: readonly Certificate[]): readonly Fault[] {
  const weak = path.slice(0, -1).find(({ signatureAlgorithm }) => schemeOf(signatureAlgorithm) === undefined);
  if (weak !== undefined) {
    const message = `${subjectOf(weak)} is signed with the algorithm ${weak.signatureAlgorithm.algorithmId}.`;
    return [{ code: 'SIG-ALGORITHM', message }];
  }
  const tooLong = path.findIndex((authority, depth) => depth > 0 && lengthLimit(authority) < depth - 1);
  return tooLong < 0 ? [] : untrusted(name, 'an authority of its chain may not have authorities below it');
}

function lengthLimit({ extensions }: Certificate): number {
  const constraints = extensions?.find(({ extnID }) => extnID === '2.5.29.19')?.parsedValue as unknown;
  const { pathLenConstraint } = (constraints ?? {}) as { readonly pathLenConstraint?: unknown };
  return typeof pathLenConstraint === 'number' ? pathLenConstraint : Infinity;
}
