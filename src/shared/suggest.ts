/**
 * What a misspelt name may have been meant to be. A hostile VNFD has thousands of wrong names and thousands of right ones:
 * few are compared, and each only as far as it can still be near.
 */
export const maxCandidates = 100;
/** A longer name is not a typing error. */
const longestName = 128;

/** Words to append to a sentence: empty, or the name among the first of `known` that differs by a slip of the keyboard. */
export function perhaps(name: string, known: Iterable<string>): string {
  if (name.length > longestName) return '';
  const wanted = name.toLowerCase();
  let nearest: string | undefined;
  // A third of a name may be wrong.
  let most = Math.min(3, Math.floor(wanted.length / 3));
  let left = maxCandidates;
  for (const candidate of known) {
    if (left === 0 || most === 0) break;
    left -= 1;
    if (candidate === name || Math.abs(candidate.length - wanted.length) > most) continue;
    const distance = edits(wanted, candidate.toLowerCase(), most);
    if (distance <= most) [nearest, most] = [candidate, distance - 1];
  }
  return nearest === undefined ? '' : ` (perhaps \`${nearest}\`)`;
}

/** Letters to insert, remove or replace (Levenshtein); more than `most` is `most` + 1. */
function edits(from: string, to: string, most: number): number {
  const far = most + 1;
  let above = Array.from({ length: to.length + 1 }, (_, column) => Math.min(column, far));
  for (let row = 1; row <= from.length; row += 1) {
    const here = new Array<number>(to.length + 1).fill(far);
    here[0] = Math.min(row, far);
    let least = here[0];
    // Only so far from the diagonal can it still be near.
    for (let column = Math.max(1, row - most); column <= Math.min(to.length, row + most); column += 1) {
      const replaced = (above[column - 1] ?? far) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const cost = Math.min(far, replaced, (above[column] ?? far) + 1, (here[column - 1] ?? far) + 1);
      here[column] = cost;
      least = Math.min(least, cost);
    }
    if (least === far) return far;
    above = here;
  }
  return above[to.length] ?? far;
}
