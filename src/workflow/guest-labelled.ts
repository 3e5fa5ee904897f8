/**
 * Counters that a guest keeps of many things of a kind, such as its rules: `{"labelled": {"rule": {"web": {"packets":
 * 1}}}}` (docs/vnf-guest-contract.md). Bounded like its other numbers; a label is one word, so that the name of a metric
 * says which part of it is the label.
 */
import { printable } from '../shared/printable.js';
import type { LabelledNumber } from './fleet-view.js';

/** Numbers with a label of one VNFC, beside those without. */
export const mostLabelled = 400;
const mostValueChars = 80;
const labelForm = /^[a-z][a-z0-9]{0,20}$/;
const nameForm = /^[a-z][a-z0-9_]{0,50}$/;
/** Labels that Berth gives itself, or that the format keeps. */
const taken: readonly string[] = ['host', 'vdu', 'le', 'quantile'];

type Json = Readonly<Record<string, unknown>>;

const entries = (value: unknown): readonly [string, unknown][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value as Json) : [];

/** The first ones in order; what will not do or is too much is counted. What is no number is no matter. */
export function takeLabelled(value: unknown): {
  readonly labelled: readonly LabelledNumber[];
  readonly refused: number;
} {
  const labelled: LabelledNumber[] = [];
  let refused = 0;
  for (const found of everyNumber(value)) {
    if (labelled.length < mostLabelled && isGood(found)) labelled.push(found);
    else refused += 1;
  }
  return { labelled, refused };
}

function* everyNumber(value: unknown): Generator<LabelledNumber> {
  for (const [label, things] of entries(value))
    for (const [of, numbers] of entries(things))
      for (const [name, number] of entries(numbers))
        if (typeof number === 'number' && Number.isFinite(number)) yield { label, of, name, value: number };
}

const isGood = ({ label, of, name, value }: LabelledNumber): boolean =>
  labelForm.test(label) &&
  !taken.includes(label) &&
  of.length <= mostValueChars &&
  printable(of) === of &&
  nameForm.test(name) &&
  !name.endsWith('_total') &&
  value >= 0;
