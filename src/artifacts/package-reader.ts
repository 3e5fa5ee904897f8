/**
 * The pure package reader with the vocabulary that it reads by.
 */
import type { PackageInput } from '../package/input.js';
import { readPackage, type PackageReading } from '../package/read-package.js';
import type { ReadingPace } from './artifacts.js';
import type { Vocabulary } from './schema-check.js';

/** What a package brings along; plain data. */
export type ReaderInput = Omit<PackageInput, keyof Vocabulary>;

/** Where readings take turns, `pace` says in which; absent: `patient`. */
export type PackageReader = (input: ReaderInput, pace?: ReadingPace) => Promise<PackageReading>;

/** Reads in this thread, which does nothing else meanwhile. */
export const readerBy =
  (vocabulary: Vocabulary): PackageReader =>
  (input) =>
    Promise.resolve(readPackage({ ...input, ...vocabulary }));
