/**
 * Lines of `Key: value`, the form of TOSCA.meta and of manifests (SOL004 clauses 4.1, 4.3.2). Line ends may be LF or
 * CRLF; `#` begins a comment line; quotes around a value are not part of it.
 */
export interface KeyLine {
  /** 1-based. */
  readonly line: number;
  readonly indent: number;
  readonly key: string;
  readonly value: string;
}

export type Line =
  KeyLine | { readonly line: number; readonly blank: true } | { readonly line: number; readonly bad: string };

/** Stops at a CMS signature: what follows is not lines of keys. */
export function readKeyLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    if (raw.startsWith(cmsBegin)) break;
    if (!raw.trimStart().startsWith('#')) lines.push(readLine(raw, index + 1));
  }
  return lines;
}

export const cmsBegin = '-----BEGIN CMS-----';
export const cmsEnd = '-----END CMS-----';

function readLine(raw: string, line: number): Line {
  const text = raw.trim();
  if (text === '') return { line, blank: true };
  // A manifest may write its digests as list items.
  const match = /^(?:-\s+)?([A-Za-z0-9_][A-Za-z0-9_ .-]*?)\s*:(?:\s+(.*))?$/.exec(text);
  if (match === null) return { line, bad: text };
  const [, key = '', value = ''] = match;
  return { line, indent: raw.length - raw.trimStart().length, key, value: unquote(value.trim()) };
}

const unquote = (text: string): string => /^(['"])(.*)\1$/.exec(text)?.[2] ?? text;

export const isKeyLine = (line: Line): line is KeyLine => 'key' in line;
