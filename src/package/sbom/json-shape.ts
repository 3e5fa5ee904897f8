/**
 * How deep and how large a JSON text would be as values, told without making them: a parser has no bounds of its own.
 */
export interface JsonShape {
  readonly depth: number;
  /** At least as many as there are. */
  readonly values: number;
}

const quote = 34;
const backslash = 92;
const comma = 44;
const colon = 58;
const isOpening = (sign: number): boolean => sign === 91 || sign === 123;
const isClosing = (sign: number): boolean => sign === 93 || sign === 125;

export function jsonShape(text: string): JsonShape {
  let [depth, deepest, values] = [0, 0, 1];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === quote) at = endOfString(text, at);
    else if (sign === comma || sign === colon) values += 1;
    else if (isOpening(sign)) {
      depth += 1;
      values += 1;
      deepest = Math.max(deepest, depth);
    } else if (isClosing(sign)) depth -= 1;
  }
  return { depth: deepest, values };
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === quote) return at;
    if (sign === backslash) at += 1;
  }
  return text.length;
}
