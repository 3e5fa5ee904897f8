/**
 * Numbers that a guest keeps of many things of a kind: counters, such as of its rules, `{"labelled": {"rule": {"web":
 * {"packets": 1}}}}`, and gauges in `labelledGauges` (docs/vnf-guest-contract.md). Bounded like its other numbers; a label is one word, so that the name of a metric
 * says which part of it is the label.
 */
import { printable } from '../../shared/printable.js';
import type { LabelledNumber } from '../hosts/fleet-view.js';
import { isJsonObject } from '../../shared/json-object.js';

/** Numbers with a label of one VNFC, beside those without. */
export const mostLabelled = 400;
const mostValueChars = 80;
const labelForm = /^[a-z][a-z0-9]{0,20}$/;
const nameForm = /^[a-z][a-z0-9_]{0,50}$/;
/** Labels that Berth gives itself, or that the format keeps. */
const taken: readonly string[] = ['host', 'vdu', 'role', 'le', 'quantile'];

const entries = (value: unknown): readonly [string, unknown][] => (isJsonObject(value) ? Object.entries(value) : []);

/** The first ones in order, gauges after counters; what will not do or is too much is counted. What is no number is no matter. */
export function takeLabelled(
  counters: unknown,
  gauges: unknown,
): {
  readonly labelled: readonly LabelledNumber[];
  readonly refused: number;
} {
  const labelled: LabelledNumber[] = [];
  let refused = 0;
  const take = (found: LabelledNumber): void => {
    if (labelled.length < mostLabelled && isGood(found)) labelled.push(found);
    else refused += 1;
  };
  for (const found of everyNumber(counters)) take(found);
  for (const found of everyNumber(gauges)) take({ ...found, momentary: true });
  return { labelled, refused };
}

function* everyNumber(value: unknown): Generator<LabelledNumber> {
  for (const [label, things] of entries(value))
    for (const [of, numbers] of entries(things))
      for (const [name, number] of entries(numbers))
        if (typeof number === 'number' && Number.isFinite(number)) yield { label, of, name, value: number };
}

const isGood = ({ label, of, name, value, momentary }: LabelledNumber): boolean =>
  labelForm.test(label) &&
  !taken.includes(label) &&
  of.length <= mostValueChars &&
  printable(of) === of &&
  nameForm.test(name) &&
  !name.endsWith('_total') &&
  (momentary === true || value >= 0);
