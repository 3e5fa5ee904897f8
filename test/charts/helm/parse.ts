/**
 * The part of Go's text/template that the chart is written in, as a tree: text, actions, `if`, `with`, `range`,
 * `define`. Whatever else stands between braces is refused with its line.
 */

export type Expr =
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'path'; readonly root: string; readonly fields: readonly string[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[]; readonly line: number };

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly of: Expr; readonly line: number }
  | {
      readonly kind: 'if' | 'with';
      readonly of: Expr;
      readonly then: readonly Node[];
      readonly otherwise: readonly Node[];
      readonly line: number;
    }
  | {
      readonly kind: 'range';
      readonly of: Expr;
      readonly names: readonly [string, string] | undefined;
      readonly then: readonly Node[];
      readonly line: number;
    };

export interface Template {
  readonly nodes: readonly Node[];
  readonly defined: ReadonlyMap<string, readonly Node[]>;
}

interface Piece {
  readonly kind: 'text' | 'action';
  readonly text: string;
  readonly line: number;
}

const action = /\{\{(-?)((?:"(?:[^"\\]|\\.)*"|`[^`]*`|(?!\}\})[^"`])*?)(-?)\}\}/g;

/** Throws with the file and the line of what is not understood. */
export function parseTemplate(file: string, source: string): Template {
  return new Parser(file, piecesOf(file, source)).parse();
}

function piecesOf(file: string, source: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  let trimNext = false;
  const addText = (to: number, trimEnd: boolean): void => {
    let text = source.slice(from, to);
    if (/\{\{/.test(text)) throw new Error(`${file}: an action that begins with "{{" does not end`);
    if (trimNext) text = text.trimStart();
    if (trimEnd) text = text.trimEnd();
    if (text !== '') pieces.push({ kind: 'text', text, line: 0 });
  };
  for (const found of source.matchAll(action)) {
    const [whole, left, body = '', right] = found;
    addText(found.index, left === '-');
    const line = source.slice(0, found.index).split('\n').length;
    pieces.push({ kind: 'action', text: body.trim(), line });
    from = found.index + whole.length;
    trimNext = right === '-';
  }
  addText(source.length, false);
  return pieces;
}

class Parser {
  private at = 0;
  private readonly defined = new Map<string, readonly Node[]>();

  constructor(
    private readonly file: string,
    private readonly pieces: readonly Piece[],
  ) {}

  parse(): Template {
    const nodes = this.nodes();
    const left = this.pieces[this.at];
    if (left !== undefined) throw this.wrong(left, `"${left.text}" without a beginning`);
    return { nodes, defined: this.defined };
  }

  /** Up to `end`, `else` or the end of the file. */
  private nodes(): readonly Node[] {
    const nodes: Node[] = [];
    for (; this.at < this.pieces.length; this.at += 1) {
      const piece = this.pieces[this.at];
      if (piece === undefined || (piece.kind === 'action' && /^(end|else)\b/.test(piece.text))) break;
      if (piece.kind === 'text') nodes.push({ kind: 'text', text: piece.text });
      else if (!piece.text.startsWith('/*')) nodes.push(...this.action(piece));
    }
    return nodes;
  }

  private action(piece: Piece): readonly Node[] {
    const [, keyword, rest = ''] = /^(if|with|range|define)\b(.*)$/s.exec(piece.text) ?? [];
    const { line } = piece;
    if (keyword === undefined) return [{ kind: 'print', of: this.expression(piece, piece.text), line }];
    this.at += 1;
    if (keyword === 'define') {
      this.defined.set(JSON.parse(rest) as string, this.nodes());
      this.end(piece);
      return [];
    }
    if (keyword === 'range') return [this.range(piece, rest)];
    return [this.branch(keyword === 'if' ? 'if' : 'with', piece, rest)];
  }

  private branch(kind: 'if' | 'with', piece: Piece, condition: string): Node {
    const of = this.expression(piece, condition);
    const then = this.nodes();
    let otherwise: readonly Node[] = [];
    const next = this.pieces[this.at];
    const other = /^else(?:\s+if\b(.*))?$/s.exec(next?.text ?? '');
    if (next !== undefined && other !== null) {
      this.at += 1;
      const [, again] = other;
      if (again !== undefined) return { kind, of, then, otherwise: [this.branch('if', next, again)], line: piece.line };
      otherwise = this.nodes();
    }
    this.end(piece);
    return { kind, of, then, otherwise, line: piece.line };
  }

  private range(piece: Piece, rest: string): Node {
    const [, key, value, over = rest] = /^\s*(\$\w+),\s*(\$\w+)\s*:=(.*)$/s.exec(rest) ?? [];
    const names = key === undefined || value === undefined ? undefined : ([key, value] as const);
    const of = this.expression(piece, over);
    const then = this.nodes();
    this.end(piece);
    return { kind: 'range', of, names, then, line: piece.line };
  }

  private end(begun: Piece): void {
    if (this.pieces[this.at]?.text !== 'end') throw this.wrong(begun, `"${begun.text}" has no end`);
  }

  private expression(piece: Piece, text: string): Expr {
    const tokens = text.match(/"(?:[^"\\]|\\.)*"|`[^`]*`|[()|]|[^\s()|]+/g) ?? [];
    const reader = new Pipeline(tokens, piece.line, (why) => this.wrong(piece, why));
    return reader.whole();
  }

  private wrong({ line, text }: Piece, why: string): Error {
    return new Error(`${this.file}:${line}: ${why} in {{ ${text} }}`);
  }
}

/** `a b | c d` is `c d (a b)`. */
class Pipeline {
  private at = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly line: number,
    private readonly wrong: (why: string) => Error,
  ) {}

  whole(): Expr {
    const found = this.pipeline();
    if (this.at < this.tokens.length) throw this.wrong(`unexpected "${this.tokens[this.at] ?? ''}"`);
    return found;
  }

  private pipeline(): Expr {
    let value = this.command();
    while (this.tokens[this.at] === '|') {
      this.at += 1;
      value = this.command(value);
    }
    return value;
  }

  private command(last?: Expr): Expr {
    const first = this.tokens[this.at];
    if (first === undefined) throw this.wrong('nothing to show');
    const isFunction = /^[a-zA-Z]\w*$/.test(first) && !['true', 'false'].includes(first);
    const isMethod = /^\$?\.Files\.(Get|Glob)$/.test(first);
    if (!isFunction && !isMethod) {
      if (last !== undefined) throw this.wrong(`"${first}" is no function`);
      const value = this.operand();
      const next = this.tokens[this.at];
      if (next !== undefined && next !== '|' && next !== ')') throw this.wrong(`"${next}" after a value`);
      return value;
    }
    this.at += 1;
    const args: Expr[] = [];
    while (this.at < this.tokens.length && !['|', ')'].includes(this.tokens[this.at] ?? '')) args.push(this.operand());
    if (last !== undefined) args.push(last);
    const name = isMethod ? first.replace(/^\$?\./, '') : first;
    return { kind: 'call', name, args, line: this.line };
  }

  private operand(): Expr {
    const token = this.tokens[this.at] ?? '';
    this.at += 1;
    if (token === '(') {
      const inner = this.pipeline();
      if (this.tokens[this.at] !== ')') throw this.wrong('a parenthesis is not closed');
      this.at += 1;
      return inner;
    }
    if (token.startsWith('"')) return { kind: 'literal', value: JSON.parse(token) as string };
    if (/^-?\d+$/.test(token)) return { kind: 'literal', value: Number(token) };
    if (token === 'true' || token === 'false') return { kind: 'literal', value: token === 'true' };
    const path = /^(\.|\$\w*)((?:\.?[A-Za-z_]\w*)(?:\.[A-Za-z_]\w*)*)?$/.exec(token);
    if (path === null) throw this.wrong(`"${token}" is not understood`);
    const [, root = '.', fields = ''] = path;
    return { kind: 'path', root, fields: fields.split('.').filter((field) => field !== '') };
  }
}
