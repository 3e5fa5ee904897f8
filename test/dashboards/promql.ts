/**
 * PromQL as its own grammar reads it: the selectors of an expression, and what stands around each.
 */
import { parser } from '@prometheus-io/lezer-promql';

type Tree = ReturnType<typeof parser.parse>;
type SyntaxNode = Tree['topNode'];

interface Matcher {
  readonly label: string;
  /** `=`, `!=`, `=~` or `!~`. */
  readonly operator: string;
  readonly value: string;
}

export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
  /** As written between brackets: `$__rate_interval`; absent: an instant selector. */
  readonly range?: string;
  /** Functions around it, the innermost first. */
  readonly functions: readonly string[];
}

export interface Reading {
  /** What does not parse, as it stands there. */
  readonly errors: readonly string[];
  readonly selectors: readonly Selector[];
  /** Labels that are named outside of selectors: in `by`, `on` and such. */
  readonly grouped: readonly string[];
}

/** Durations that Grafana fills in. */
const durations = ['$__rate_interval', '$__range'];
/** Of the same length: text of the expression stays where it is. */
const standIn = (variable: string): string => `${'0'.repeat(variable.length - 2)}1m`;

export function readPromql(expression: string): Reading {
  const text = durations.reduce((whole, name) => whole.replaceAll(name, standIn(name)), expression);
  const tree = parser.parse(text);
  const errors: string[] = [];
  const selectors: Selector[] = [];
  const grouped: string[] = [];
  const said = (node: SyntaxNode): string => expression.slice(node.from, node.to);
  tree.iterate({
    enter: ({ type, node }) => {
      if (type.isError) errors.push(expression.slice(Math.max(0, node.from - 20), node.to + 20));
      if (type.name === 'VectorSelector') selectors.push(selectorOf(node, said));
      if (type.name === 'LabelName' && node.parent?.name === 'GroupingLabels') grouped.push(said(node));
    },
  });
  return { errors, selectors, grouped };
}

function selectorOf(node: SyntaxNode, said: (node: SyntaxNode) => string): Selector {
  const name = node.getChild('Identifier');
  const range = node.parent?.name === 'MatrixSelector' ? node.parent.getChild('DurationExpr') : null;
  return {
    metric: name ? said(name) : '',
    matchers: matchersOf(node, said),
    ...(range && { range: said(range) }),
    functions: functionsAround(node, said),
  };
}

function matchersOf(node: SyntaxNode, said: (node: SyntaxNode) => string): readonly Matcher[] {
  const found: Matcher[] = [];
  node
    .getChild('LabelMatchers')
    ?.cursor()
    .iterate(({ node: each }) => {
      if (each.name !== 'UnquotedLabelMatcher') return;
      const [label, operator, value] = [
        each.getChild('LabelName'),
        each.getChild('MatchOp'),
        each.getChild('StringLiteral'),
      ];
      if (label && operator && value)
        found.push({ label: said(label), operator: said(operator), value: said(value).slice(1, -1) });
    });
  return found;
}

function functionsAround(node: SyntaxNode, said: (node: SyntaxNode) => string): readonly string[] {
  const found: string[] = [];
  for (let at = node.parent; at; at = at.parent) {
    const name = at.getChild('FunctionIdentifier') ?? at.getChild('AggregateOp');
    if (name) found.push(said(name));
  }
  return found;
}
