/**
 * An open package, wherever its files lie, read whole: gives the pure package reader what it asks for. Onboarding and
 * `berth package lint` are both this.
 */
import { isUtf8 } from 'node:buffer';
import { diskHeadBytes } from '../package/disk-image.js';
import { found } from '../package/finding-codes.js';
import { digestKey, type Wanted } from '../package/input.js';
import type { PackageReading } from '../package/read-package.js';
import type { Finding } from '../shared/finding.js';
import { signatureKey, type SignatureInput, type SignatureVerdict } from '../package/signatures.js';
import type { CsarLimits } from './csar-limits.js';
import { findEnveloped } from './enveloped.js';
import type { CsarArchive } from './open-csar.js';
import type { PackageReader, ReaderInput } from './package-reader.js';
import type { SignatureVerifier } from './signatures/verifier.js';
import { verifySignature } from './verify-signature.js';

/** How signatures are looked at; absent: not at all. */
export interface SignatureChecks {
  readonly policy: SignatureInput['policy'];
  readonly verify: SignatureVerifier;
  /** The verdict on the archive around this one (option 2). */
  readonly outer?: SignatureInput['outer'] & object;
}

/** Without `package` when anything is an error, unreadable texts included. */
export async function readArchive(
  archive: CsarArchive,
  read: PackageReader,
  limits: CsarLimits,
  signatures?: SignatureChecks,
): Promise<Pick<PackageReading, 'findings' | 'package' | 'flavours'>> {
  const texts = await readTexts(archive, limits);
  const input = { entries: archive.entries, folders: archive.folders, texts: texts.texts };
  const reading = await new Reading(archive, read, limits, signatures).read(input);
  const { package: contents, flavours } = reading;
  const unreadable = [...texts.findings, ...(await findEnveloped(archive))];
  const findings = [...unreadable, ...reading.findings];
  return contents === undefined || unreadable.length > 0
    ? { findings, flavours }
    : { findings, flavours, package: contents };
}

const isText = (path: string): boolean => /\.(ya?ml|meta|mf)$/i.test(path);

async function readTexts(
  archive: CsarArchive,
  limits: CsarLimits,
): Promise<{ readonly texts: ReadonlyMap<string, string>; readonly findings: readonly Finding[] }> {
  const texts = new Map<string, string>();
  const findings: Finding[] = [];
  let left = limits.allTextBytes;
  for (const { path, sizeBytes } of archive.entries.filter((entry) => isText(entry.path))) {
    left -= sizeBytes;
    if (left < 0) {
      const message = `Text files of the package have more than ${limits.allTextBytes} bytes together.`;
      return { texts, findings: [...findings, found('CSAR-TEXT-TOO-LARGE', { file: path }, message)] };
    }
    const reading = await archive.text(path);
    if (reading.ok) texts.set(path, reading.text);
    else findings.push(reading.finding);
  }
  return { texts, findings };
}

/** Gives the reader what it wants: digests, heads, verdicts on signatures. */
class Reading {
  readonly #archive: CsarArchive;
  readonly #limits: CsarLimits;
  readonly #read: PackageReader;
  readonly #signatures: SignatureChecks | undefined;
  readonly #digests = new Map<string, string>();
  readonly #heads = new Map<string, Uint8Array>();
  readonly #verdicts = new Map<string, SignatureVerdict>();
  readonly #sboms = new Map<string, string | undefined>();

  constructor(archive: CsarArchive, read: PackageReader, limits: CsarLimits, signatures: SignatureChecks | undefined) {
    this.#archive = archive;
    this.#read = read;
    this.#limits = limits;
    this.#signatures = signatures;
  }

  /** Each round answers what the last one wanted; there is nothing new to want after three. */
  async read(basis: Pick<ReaderInput, 'entries' | 'folders' | 'texts'>): Promise<PackageReading> {
    const signatures = this.#signatures && inputOf(this.#signatures, this.#verdicts);
    const input: ReaderInput = {
      ...basis,
      digests: this.#digests,
      heads: this.#heads,
      sboms: this.#sboms,
      ...(signatures && { signatures }),
    };
    let reading = await this.#read(input);
    for (let round = 0; round < 3 && isWanting(reading.wanted); round += 1) {
      await this.#answer(reading.wanted);
      reading = await this.#read(input);
    }
    return reading;
  }

  async #answer({ digests, heads, signatures = [], sboms = [] }: Wanted): Promise<void> {
    for (const { path, algorithm } of digests) {
      const key = digestKey(path, algorithm);
      if (!this.#digests.has(key)) this.#digests.set(key, await this.#archive.digest(path, algorithm));
    }
    for (const path of heads) this.#heads.set(path, await this.#archive.head(path, diskHeadBytes));
    for (const path of sboms) this.#sboms.set(path, await wholeText(this.#archive, path));
    const verify = this.#signatures?.verify;
    if (verify === undefined) return;
    for (const wish of signatures) {
      this.#verdicts.set(signatureKey(wish), await verifySignature(this.#archive, wish, verify, this.#limits));
    }
  }
}

/** Plain data: it may go to another thread. */
const inputOf = ({ policy, outer }: SignatureChecks, verdicts: SignatureInput['verdicts']): SignatureInput => ({
  policy,
  verdicts,
  ...(outer && { outer }),
});

const isWanting = ({ digests, heads, signatures = [], sboms = [] }: Wanted): boolean =>
  digests.length + heads.length + signatures.length + sboms.length > 0;

/** Of a file whose size is known to be small; undefined when it is no UTF-8. */
async function wholeText(archive: CsarArchive, path: string): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive.stream(path)) chunks.push(chunk);
  const content = Buffer.concat(chunks);
  return isUtf8(content) ? content.toString().replace(/^\uFEFF/, '') : undefined;
}
