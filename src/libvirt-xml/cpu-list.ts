/**
 * Sets of CPU or cell numbers as libvirt writes them: `0-3,8`, with `^2` taking one out again.
 */
export function cpuList(numbers: Iterable<number>): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const ranges: { first: number; last: number }[] = [];
  for (const number of sorted) {
    const current = ranges.at(-1);
    if (current?.last === number - 1) current.last = number;
    else ranges.push({ first: number, last: number });
  }
  return ranges
    .map(({ first, last }) => (first === last ? String(first) : `${String(first)}-${String(last)}`))
    .join(',');
}

/** Reads what `cpuList` and libvirt write, ascending. Empty text is the empty set. */
export function readCpuList(text: string): readonly number[] {
  const members = new Set<number>();
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '') continue;
    const match = /^(\^?)(\d+)(?:-(\d+))?$/.exec(item);
    if (match === null) throw new RangeError(`"${text}" is not a list of CPU numbers`);
    const first = Number(match[2]);
    for (let n = first; n <= Number(match[3] ?? first); n += 1) {
      if (match[1] === '^') members.delete(n);
      else members.add(n);
    }
  }
  return [...members].sort((a, b) => a - b);
}
