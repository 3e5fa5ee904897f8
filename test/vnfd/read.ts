/**
 * Reading VNFDs in tests: the shipped vocabulary, a VNFD to bend, and what is wrong with it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadVocabulary } from '../../src/artifacts/schema-check.js';
import { readVnfd, type VnfdReading } from '../../src/vnfd/read-vnfd.js';
import type { Flavour, Vdu, Vnfd } from '../../src/vnfd/model.js';

export const vocabulary = await loadVocabulary();

const minimalFolder = join(import.meta.dirname, '../../descriptors/minimal');

export const minimal = (version: string): string => readFileSync(join(minimalFolder, `sol001-${version}.yaml`), 'utf8');

/** A replacement; one that changes nothing is a mistake in the test. */
export type Edit = readonly [from: string | RegExp, to: string];

export function bend(text: string, ...edits: readonly Edit[]): string {
  return edits.reduce((before, [from, to]) => {
    const after = before.replace(from, to);
    if (after === before) throw new Error(`nothing to replace: ${String(from)}`);
    return after;
  }, text);
}

export const readFiles = (files: Readonly<Record<string, string>>, entry: string): VnfdReading =>
  readVnfd({ files: new Map(Object.entries(files)), entry, ...vocabulary });

export const read = (text: string): VnfdReading => readFiles({ 'vnfd.yaml': text }, 'vnfd.yaml');

export function vnfdOf(reading: VnfdReading): Vnfd {
  if (reading.vnfd === undefined) throw new Error(JSON.stringify(reading.findings, null, 1));
  return reading.vnfd;
}

export const flavourOf = (text: string): Flavour => vnfdOf(read(text)).flavours[0]!;
export const vduOf = (text: string): Vdu => flavourOf(text).vdus[0]!;

/** `CODE line` of every finding. */
export const marks = ({ findings }: VnfdReading): readonly string[] =>
  findings.map(({ code, line }) => (line === undefined ? code : `${code} ${line}`));

/** Codes of errors and warnings; notes about what has no effect are left out. */
export const complaintsOf = ({ findings }: VnfdReading): readonly string[] =>
  findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code);

export const codesOf = ({ findings }: VnfdReading): readonly string[] => findings.map(({ code }) => code);
