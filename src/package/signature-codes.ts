/**
 * Codes of findings about signatures (SOL004 clause 5). They are errors where the server's `signaturePolicy` is
 * `require`, and warnings where it is `warn`.
 */
import type { FindingKind } from '../shared/finding.js';

export const signatureCodes = {
  'SIG-NONE': {
    severity: 'error',
    meaning: 'The package is not signed: neither its manifest (option 1) nor the archive as a whole (option 2).',
    fix: 'Sign the manifest or the archive with a certificate that the operator trusts.',
  },
  'SIG-MALFORMED': {
    severity: 'error',
    meaning: 'A signature or a certificate cannot be read, or is not a detached CMS signature (RFC 5652).',
    fix: 'Make it with `openssl cms -sign -binary`, and put the certificate into the package as PEM.',
  },
  'SIG-ALGORITHM': {
    severity: 'error',
    meaning: 'A signature or a certificate uses an algorithm or a key that is unknown or too weak.',
    fix: 'Use SHA-256, SHA-384 or SHA-512 with RSA of 2048 bits or more, or ECDSA on P-256, P-384 or P-521.',
  },
  'SIG-CERTIFICATE-MISSING': {
    severity: 'error',
    meaning: 'The certificate of the signer is neither in the signature nor in the package.',
    fix: 'Put it into the CMS, or at ETSI-Entry-Certificate, or at the root with the manifest’s name and `.cert`.',
  },
  'SIG-CERTIFICATE-OTHER': {
    severity: 'error',
    meaning: 'The certificate in the package is not the one that the signature names as its signer’s.',
    fix: 'Put the certificate there that belongs to the key that signed, or sign with the key of this one.',
  },
  'SIG-CERTIFICATE-TWICE': {
    severity: 'error',
    meaning: 'The certificate of the signer is in more than one place.',
    fix: 'Keep it in one: in the CMS, at ETSI-Entry-Certificate, or at the root with the suffix `.cert`.',
  },
  'SIG-FILE-MISSING': {
    severity: 'error',
    meaning: 'The manifest names a signature or a certificate of a file, and the package does not have it.',
    fix: 'Add the file or correct its path.',
  },
  'SIG-CONTENT-CHANGED': {
    severity: 'error',
    meaning: 'What is signed is not what is there: the content was changed after it was signed.',
    fix: 'Sign again, as the last step of the build; if the package came from elsewhere, do not trust it.',
  },
  'SIG-INVALID': {
    severity: 'error',
    meaning: 'The signature was not made by the key of the certificate that is with it.',
    fix: 'Sign with the key that belongs to the certificate.',
  },
  'SIG-KEY-USAGE': {
    severity: 'error',
    meaning: 'The certificate of the signer says that its key is not for signatures.',
    fix: 'Use a certificate with the key usage digitalSignature or nonRepudiation and, if it names purposes, codeSigning, emailProtection or document signing.',
  },
  'SIG-EXPIRED': {
    severity: 'error',
    meaning: 'The certificate of the signer has expired.',
    fix: 'Sign with a certificate that is valid now.',
  },
  'SIG-NOT-YET-VALID': {
    severity: 'error',
    meaning: 'The certificate of the signer is not valid yet.',
    fix: 'Check the clocks of the build machine and of the server.',
  },
  'SIG-UNTRUSTED': {
    severity: 'error',
    meaning: 'No valid chain of certificates leads from the signer to the server’s trust store.',
    fix: 'Put the certificates between the signer and its root into the CMS; the operator adds the root to `trustStore`.',
  },
  'SIG-REVOKED': {
    severity: 'error',
    meaning: 'The certificate of the signer, or one above it, is revoked.',
    fix: 'Sign with a certificate that is good; ask its issuer why it was revoked.',
  },
  'SIG-REVOCATION-UNKNOWN': {
    severity: 'error',
    meaning: 'The server checks revocation lists, and has no current list of an issuer in the chain.',
    fix: 'The operator puts the issuer’s current list into `revocationLists`.',
  },
  'SIG-UNCOVERED': {
    severity: 'error',
    meaning: 'The manifest is signed and gives no digest of this file: nothing vouches for it.',
    fix: 'Give Source, Algorithm and Hash of every file but the manifest, its certificate and signature files.',
  },
} as const satisfies Record<string, FindingKind>;
