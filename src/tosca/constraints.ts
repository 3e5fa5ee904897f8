/**
 * Constraints that a type of the package puts on a property (TOSCA Simple Profile 1.3 clause 3.6.3). `pattern` and `schema`
 * are not evaluated: an unknown author's pattern can take forever.
 */
import { itemsOf, namedOf, textOf, textsOf, type YamlNode } from './tree.js';

/** What the constraints allow, as words that follow "allows", when the value breaks one of them. */
export function brokenConstraint(constraints: YamlNode | undefined, value: YamlNode): string | undefined {
  for (const [name, bound] of namedOf(constraints)) {
    const holds = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (holds === undefined || holds(value, bound) !== false) continue;
    return name === 'valid_values' ? textsOf(bound).join(', ') : `only what is \`${name}\` ${boundText(bound)}`;
  }
  return undefined;
}

/** Undefined when the rule says nothing about such a value. */
type Rule = (value: YamlNode, bound: YamlNode) => boolean | undefined;

const compare =
  (holds: (difference: number) => boolean): Rule =>
  (value, bound) => {
    const difference = numberOf(value) - numberOf(bound);
    return Number.isNaN(difference) ? undefined : holds(difference);
  };

const measured =
  (holds: (length: number, bound: number) => boolean): Rule =>
  (value, bound) => {
    const length = value.kind === 'list' ? value.items.length : textOf(value)?.length;
    const wanted = numberOf(bound);
    return length === undefined || Number.isNaN(wanted) ? undefined : holds(length, wanted);
  };

const rules: Readonly<Record<string, Rule>> = {
  valid_values: (value, bound) => {
    const text = textOf(value);
    return bound.kind !== 'list' || text === undefined ? undefined : textsOf(bound).includes(text);
  },
  equal: (value, bound) => {
    const [text, wanted] = [textOf(value), textOf(bound)];
    return text === undefined || wanted === undefined ? undefined : text === wanted;
  },
  greater_than: compare((difference) => difference > 0),
  greater_or_equal: compare((difference) => difference >= 0),
  less_than: compare((difference) => difference < 0),
  less_or_equal: compare((difference) => difference <= 0),
  in_range: (value, bound) => {
    const [least, most] = itemsOf(bound);
    if (least === undefined || most === undefined) return undefined;
    const above = numberOf(value) >= numberOf(least);
    const isOpen = textOf(most)?.toUpperCase() === 'UNBOUNDED';
    const known = ![value, least, ...(isOpen ? [] : [most])].map(numberOf).some(Number.isNaN);
    return known ? above && (isOpen || numberOf(value) <= numberOf(most)) : undefined;
  },
  length: measured((length, bound) => length === bound),
  min_length: measured((length, bound) => length >= bound),
  max_length: measured((length, bound) => length <= bound),
};

/** NaN for what is no plain number. */
function numberOf(node: YamlNode): number {
  const text = textOf(node)?.trim() ?? '';
  return text === '' ? Number.NaN : Number(text);
}

const boundText = (bound: YamlNode): string => textOf(bound) ?? `[${textsOf(bound).join(', ')}]`;
