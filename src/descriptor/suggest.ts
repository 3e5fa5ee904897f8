/**
 * What a misspelt name may have been meant to be.
 */

/** Words to append to a sentence: empty, or the name among `known` that differs by a slip of the keyboard. */
export function perhaps(name: string, known: Iterable<string>): string {
  const wanted = normal(name);
  if (wanted.length > longestName) return '';
  // A third of a name may be wrong.
  const most = Math.min(3, Math.floor(wanted.length / 3));
  let nearest: string | undefined;
  let least = most + 1;
  for (const candidate of known) {
    const other = normal(candidate);
    if (candidate === name || Math.abs(other.length - wanted.length) >= least) continue;
    const distance = edits(wanted, other, most);
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest === undefined ? '' : ` (perhaps \`${nearest}\`)`;
}

/** Longer ones are nobody's slip. */
const longestName = 128;

const normal = (name: string): string => name.toLowerCase().replace(/[-_. ]/g, '');

/** Letters to insert, remove or replace (Levenshtein), at most `most` + 1: only so far from the diagonal it matters. */
function edits(from: string, to: string, most: number): number {
  const far = most + 1;
  let above = Array.from({ length: to.length + 1 }, (_, column) => Math.min(column, far));
  for (let row = 1; row <= from.length; row += 1) {
    const here = new Array<number>(to.length + 1).fill(far);
    here[0] = Math.min(row, far);
    for (let column = Math.max(1, row - most); column <= Math.min(to.length, row + most); column += 1) {
      const replaced = (above[column - 1] ?? far) + (from[row - 1] === to[column - 1] ? 0 : 1);
      here[column] = Math.min(far, replaced, (above[column] ?? far) + 1, (here[column - 1] ?? far) + 1);
    }
    above = here;
  }
  return above[to.length] ?? far;
}
