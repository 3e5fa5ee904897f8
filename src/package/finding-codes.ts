/**
 * Every code of a finding about the archive, TOSCA.meta, the manifest, digests and software images (SOL004).
 * docs/findings.md is generated from this table and the descriptor's; a code never changes its meaning once released.
 */
import { findingsOf, type FindingKind } from '../shared/finding.js';
import { sbomCodes } from './sbom-codes.js';
import { signatureCodes } from './signature-codes.js';

const archive = {
  'CSAR-NOT-ZIP': {
    severity: 'error',
    meaning: 'The upload is not a ZIP archive, or its directory is damaged.',
    fix: 'Build the package again and upload it whole.',
  },
  'CSAR-ENTRY-NAME': {
    severity: 'error',
    meaning: 'An entry has a name that leaves the package, is absolute, or holds characters that no path should.',
    fix: 'Name files relative to the package root, with `/` between folders.',
  },
  'CSAR-ENTRY-KIND': {
    severity: 'error',
    meaning: 'An entry is a symbolic link, a device or another thing that is neither file nor folder.',
    fix: 'Replace it by the file itself.',
  },
  'CSAR-ENTRY-DUPLICATE': {
    severity: 'error',
    meaning:
      'Two entries have the same name, or names that differ in case only, or one is a folder of the other’s name.',
    fix: 'Give each file its own name.',
  },
  'CSAR-ENTRY-ENCRYPTED': {
    severity: 'error',
    meaning: 'An entry is encrypted.',
    fix: 'Build the package without encryption.',
  },
  'CSAR-ENTRY-COMPRESSION': {
    severity: 'error',
    meaning: 'An entry is compressed by a method other than deflate.',
    fix: 'Use deflate, or store without compression.',
  },
  'CSAR-ENTRY-CORRUPT': {
    severity: 'error',
    meaning: 'The content of an entry does not have the size or CRC that the archive says.',
    fix: 'Build the package again and upload it whole.',
  },
  'CSAR-TOO-MANY-ENTRIES': {
    severity: 'error',
    meaning: 'The archive has more entries than Berth reads.',
    fix: 'Pack fewer files.',
  },
  'CSAR-TOO-LARGE': {
    severity: 'error',
    meaning: 'An entry, or all of them together, unpack to more bytes than Berth reads.',
    fix: 'Make the images smaller, or have `packageGiB` raised.',
  },
  'CSAR-RATIO': {
    severity: 'error',
    meaning: 'An entry unpacks to so many times its packed size that it looks like a ZIP bomb.',
    fix: 'Store sparse images as qcow2.',
  },
  'CSAR-OVERLAP': {
    severity: 'error',
    meaning: 'Entries share bytes of the archive: a ZIP bomb, or a damaged archive.',
    fix: 'Build the package with an ordinary ZIP program.',
  },
  'CSAR-PREFIX': {
    severity: 'error',
    meaning: 'Bytes stand before the first entry: the upload is something else as well as an archive.',
    fix: 'Build the package with an ordinary ZIP program, without anything around it.',
  },
  'CSAR-HEADERS-DISAGREE': {
    severity: 'error',
    meaning: 'The archive says two things of an entry: other readers would see another package.',
    fix: 'Build the package with an ordinary ZIP program.',
  },
  'CSAR-NESTED': {
    severity: 'error',
    meaning: 'The package lies in another archive, and that is not the form of security option 2.',
    fix: 'Upload the inner archive; or put beside it its signature `.cms`, perhaps the certificate, and nothing else.',
  },
  'CSAR-TEXT-ENCODING': {
    severity: 'error',
    meaning: 'A text file of the package is not UTF-8, or holds NUL.',
    fix: 'Save the file as UTF-8.',
  },
  'CSAR-TEXT-TOO-LARGE': {
    severity: 'error',
    meaning: 'Text files (YAML, TOSCA.meta, manifest) of the package are larger than Berth reads.',
    fix: 'Move bulk data out of them.',
  },
} as const satisfies Record<string, FindingKind>;

const layout = {
  'PKG-ENTRY-NONE': {
    severity: 'error',
    meaning: 'The package has neither TOSCA-Metadata/TOSCA.meta nor a YAML file at its root.',
    fix: 'Add TOSCA.meta with Entry-Definitions; do not put the package into a folder of its own inside the archive.',
  },
  'PKG-ENTRY-SEVERAL': {
    severity: 'error',
    meaning: 'Without TOSCA.meta, exactly one YAML file may stand at the root of the package.',
    fix: 'Add TOSCA.meta with Entry-Definitions, or move the others into a folder.',
  },
  'PKG-CHANGE-LOG-MISSING': {
    severity: 'warning',
    meaning: 'The package has no change log: whoever updates the VNF cannot read what is new.',
    fix: 'Add ChangeLog.txt, and name it as `ETSI-Entry-Change-Log` in TOSCA.meta.',
  },
  'PKG-TOO-COMPLEX': {
    severity: 'error',
    meaning: 'Reading the VNFD and manifest takes more time or memory than Berth gives it.',
    fix: 'Write them smaller: fewer nodes, no bulk data, no aliases of aliases.',
  },
  'PKG-ENCRYPTED': {
    severity: 'error',
    meaning: 'A file of the package is encrypted as CMS enveloped data; Berth has no key for it.',
    fix: 'Build the package without encryption.',
  },
  'META-KEY-MISSING': {
    severity: 'error',
    meaning: 'TOSCA.meta does not name the entry definitions.',
    fix: 'Add `Entry-Definitions: <path>` to its first block.',
  },
  'META-KEY-TWICE': {
    severity: 'error',
    meaning: 'TOSCA.meta names two files for one purpose: readers would disagree on which counts.',
    fix: 'Keep one of the two keys.',
  },
  'META-HEADER': {
    severity: 'warning',
    meaning: 'A key that TOSCA.meta should have is missing.',
    fix: 'Add TOSCA-Meta-File-Version, CSAR-Version and Created-By.',
  },
  'META-LINE': {
    severity: 'warning',
    meaning: 'A line of TOSCA.meta or the manifest is not `Key: value`.',
    fix: 'Correct or remove the line.',
  },
  'META-FILE-MISSING': {
    severity: 'error',
    meaning: 'TOSCA.meta names a file or folder that the package does not have.',
    fix: 'Add it or correct its path.',
  },
} as const satisfies Record<string, FindingKind>;

const manifest = {
  'MF-MISSING': {
    severity: 'warning',
    meaning: 'The package has no manifest: nothing vouches for its content. An error where signatures are required.',
    fix: 'Add a manifest with metadata and a digest of every file.',
  },
  'MF-NAME': {
    severity: 'error',
    meaning: 'Without TOSCA.meta, the manifest must have the name of the root YAML file with the suffix `.mf`.',
    fix: 'Rename the manifest.',
  },
  'MF-METADATA-MISSING': {
    severity: 'warning',
    meaning: 'The manifest lacks metadata that SOL004 requires. An error where signatures are required.',
    fix: 'Add the key under `metadata:`.',
  },
  'MF-METADATA-VALUE': {
    severity: 'warning',
    meaning: 'A value of the manifest’s metadata cannot be read.',
    fix: 'Write `vnf_release_date_time` as in 2026-01-31T12:00:00Z.',
  },
  'MF-DISAGREES': {
    severity: 'error',
    meaning: 'The manifest and the VNFD disagree on what this VNF is.',
    fix: 'Correct the one that is wrong.',
  },
  'MF-UNLISTED': {
    severity: 'warning',
    meaning: 'A file of the package has no digest in the manifest. An error where signatures are required.',
    fix: 'Add Source, Algorithm and Hash of the file.',
  },
  'MF-AFTER-SIGNATURE': {
    severity: 'error',
    meaning: 'Text stands behind the signature of the manifest, which covers only what is before it.',
    fix: 'Remove it, or write it before the signature and sign again.',
  },
  'MF-SIGNATURE-UNCHECKED': {
    severity: 'warning',
    meaning: 'The manifest is signed; this server is configured not to verify signatures.',
    fix: 'Verify the signature before the upload, or set `signaturePolicy`.',
  },
  'DIGEST-INCOMPLETE': {
    severity: 'error',
    meaning: 'A digest lacks its file, its algorithm or its hash.',
    fix: 'Give Source (or Name), Algorithm and Hash.',
  },
  'DIGEST-ALGORITHM': {
    severity: 'error',
    meaning: 'A digest has an algorithm that SOL004 does not allow.',
    fix: 'Use SHA-256 or SHA-512.',
  },
  'DIGEST-HASH-FORM': {
    severity: 'error',
    meaning: 'A hash is not the hexadecimal digits that its algorithm gives: it was cut off or mistyped.',
    fix: 'Rewrite the digest (`sha256sum`, `sha512sum`), or let `berth package build` write it.',
  },
  'DIGEST-MISMATCH': {
    severity: 'error',
    meaning: 'The content of a file does not have the digest that the package gives for it.',
    fix: 'Build the package again; if it came from elsewhere, do not trust it.',
  },
  'DIGEST-SOURCE-MISSING': {
    severity: 'error',
    meaning: 'The manifest or TOSCA.meta names a file as a part of the package, and the package does not have it.',
    fix: 'Add the file or correct its path.',
  },
  'DIGEST-SOURCE-REMOTE': {
    severity: 'warning',
    meaning: 'The manifest or TOSCA.meta names a URI as a part of the package; Berth does not fetch it.',
    fix: 'Put the artifact into the package if the VNF needs it.',
  },
} as const satisfies Record<string, FindingKind>;

const images = {
  'IMAGE-NOT-INCLUDED': {
    severity: 'error',
    meaning:
      'The VNFD describes an image and names no file: it counts on a VIM that holds it. Berth holds none before.',
    fix: 'Put the file into the package and name it in an artifact of type tosca.artifacts.nfv.SwImage.',
  },
  'IMAGE-MISSING': {
    severity: 'error',
    meaning: 'The file of a software image is not in the package.',
    fix: 'Add the file or correct the path in the SwImage artifact.',
  },
  'IMAGE-REMOTE': {
    severity: 'error',
    meaning: 'The file of a software image is a URI; Berth does not fetch images.',
    fix: 'Put the image into the package.',
  },
  'IMAGE-CHECKSUM': {
    severity: 'error',
    meaning: 'A software image does not have the checksum that the VNFD gives.',
    fix: 'Correct the checksum in the VNFD, or put the right image into the package.',
  },
  'IMAGE-FORMAT': {
    severity: 'error',
    meaning: 'The content of a software image is not of the format that the VNFD says.',
    fix: 'Correct `disk_format`, or convert the image.',
  },
  'IMAGE-REFERS-OUT': {
    severity: 'error',
    meaning: 'A qcow2 image has a backing file or an external data file: booting it would read files of the host.',
    fix: 'Make it self-contained (`qemu-img convert -O qcow2`).',
  },
  'IMAGE-ENCRYPTED': {
    severity: 'error',
    meaning: 'A qcow2 image is encrypted.',
    fix: 'Convert it without encryption.',
  },
  'IMAGE-LARGER-THAN-DISK': {
    severity: 'error',
    meaning: 'The disk that an image fills is smaller than the image’s virtual size.',
    fix: 'Raise size_of_storage, or shrink the image.',
  },
} as const satisfies Record<string, FindingKind>;

const table = { ...archive, ...layout, ...manifest, ...signatureCodes, ...images, ...sbomCodes };

export type PackageCode = keyof typeof table;

export const packageCodes: Readonly<Record<PackageCode, FindingKind>> = table;

export const found = findingsOf<PackageCode>(packageCodes);
