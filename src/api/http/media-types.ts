/**
 * Content negotiation (SOL013 clauses 4.2.2, 6.4; RFC 9110 clause 12.5.1), as far as machines use it.
 */
interface Range {
  readonly type: string;
  readonly quality: number;
}

function rangesOf(accept: string): readonly Range[] {
  return accept.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const quality = parameters.find((each) => each.startsWith('q='));
    return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
  });
}

const covers = (range: string, type: string): boolean =>
  range === '*/*' || range === type || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)));

/** How much a type is wanted: the most specific range that covers it counts. */
function qualityOf(ranges: readonly Range[], type: string): number {
  const fitting = ranges.filter((range) => covers(range.type, type));
  const specific = fitting.toSorted((a, b) => Number(a.type.includes('*')) - Number(b.type.includes('*')));
  return specific[0]?.quality ?? 0;
}

/** The type to answer with, the server's order deciding between equals; undefined when none is acceptable. */
export function negotiate(accept: string | undefined, offered: readonly string[]): string | undefined {
  if (accept === undefined || accept.trim() === '') return offered[0];
  const ranges = rangesOf(accept);
  const ranked = offered.map((type) => ({ type, quality: qualityOf(ranges, type) })).filter((each) => each.quality > 0);
  return ranked.toSorted((a, b) => b.quality - a.quality)[0]?.type;
}

/** `multipart/form-data; boundary=x` to `multipart/form-data`. */
export const bareType = (contentType: string): string => (contentType.split(';')[0] ?? '').trim().toLowerCase();
