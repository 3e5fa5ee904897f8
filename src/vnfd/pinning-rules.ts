/**
 * `virtual_cpu_pinning_rule` (SOL001 clause 6.2.9) and core masks. The standard leaves a rule free text; Berth reads
 *
 *   vCPUs                      these are dedicated, Berth chooses their host CPUs        0-5
 *   vCPUs : dedicated|shared   the same in words, or vCPUs that share host CPUs          0: shared
 *   vCPUs : host CPUs          each vCPU has the host CPU at the same place of the list  vcpu 0-3 -> cpu 8-11
 *   emulator : host CPUs       QEMU's own threads run there                              emulator -> 3
 *
 * where `:` may also be `=`, `->` or `=>`, and lists are numbers and ranges, in order.
 */
export interface PinningRules {
  readonly dedicated: readonly number[];
  readonly shared: readonly number[];
  /** Host CPU by vCPU, in the order of the rules. */
  readonly hostCpus: readonly { readonly vcpu: number; readonly cpu: number }[];
  readonly emulatorCpus: readonly number[];
  /** Rules that are none of these. */
  readonly unread: readonly string[];
}

type Rule = Partial<PinningRules>;

/** Bounds of what a package can make Berth hold in memory; hosts and guests have fewer. */
const mostRules = 1024;
const longestList = 1024;
const highestCpu = 8191;

export function readPinningRules(texts: readonly string[]): PinningRules {
  const rules = texts.slice(0, mostRules).map(readRule);
  return {
    dedicated: rules.flatMap((rule) => rule.dedicated ?? []),
    shared: rules.flatMap((rule) => rule.shared ?? []),
    hostCpus: rules.flatMap((rule) => rule.hostCpus ?? []),
    emulatorCpus: [...new Set(rules.flatMap((rule) => rule.emulatorCpus ?? []))],
    unread: [...rules.flatMap((rule) => rule.unread ?? []), ...texts.slice(mostRules)],
  };
}

function readRule(text: string): Rule {
  const [left = '', right, ...more] = text.split(/->|=>|[:=]/).map((part) => part.trim().toLowerCase());
  const cpus = right === undefined || more.length > 0 ? undefined : numbersIn(right.replace(/^(host|p)? ?cpus? ?/, ''));
  if (/^emulator( ?(threads?|pin))?$/.test(left))
    return cpus === undefined ? { unread: [text] } : { emulatorCpus: cpus };
  const vcpus = numbersIn(left.replace(/^v?cpus? ?/, ''));
  if (vcpus === undefined || more.length > 0) return { unread: [text] };
  if (right === undefined || right === 'dedicated') return { dedicated: vcpus };
  if (right === 'shared') return { shared: vcpus };
  if (cpus?.length !== vcpus.length) return { unread: [text] };
  return { dedicated: vcpus, hostCpus: vcpus.map((vcpu, at) => ({ vcpu, cpu: cpus[at] ?? 0 })) };
}

/** Numbers and ranges in the order written; undefined when the text is no such list. */
function numbersIn(text: string): readonly number[] | undefined {
  const numbers: number[] = [];
  for (const part of text.split(',')) {
    const [, first, last = first] = /^(\d{1,4})(?: ?- ?(\d{1,4}))?$/.exec(part.trim()) ?? [];
    const length = Number(last) - Number(first) + 1;
    if (!(length >= 1) || Number(last) > highestCpu || numbers.length + length > longestList) return undefined;
    for (let number = Number(first); number <= Number(last); number += 1) numbers.push(number);
  }
  return numbers;
}

/**
 * The vCPUs that a mask selects, ascending, as Nova reads it: `2-3` these, `^0` all but this one, `0-3,^1` both.
 * Undefined when it is no mask, or names a vCPU that is not among `count`.
 */
export function vcpusOfMask(mask: string, count: number): readonly number[] | undefined {
  const parts = mask.split(',').map((part) => part.trim());
  const named = (chosen: readonly string[]) => (chosen.length === 0 ? [] : numbersIn(chosen.join()));
  const within = named(parts.filter((part) => !part.startsWith('^')));
  const without = named(parts.filter((part) => part.startsWith('^')).map((part) => part.slice(1)));
  if (within === undefined || without === undefined) return undefined;
  if ([...within, ...without].some((vcpu) => vcpu >= count)) return undefined;
  const all = within.length === 0 ? Array.from({ length: Math.min(count, longestList) }, (_, vcpu) => vcpu) : within;
  return [...new Set(all)].filter((vcpu) => !without.includes(vcpu)).sort((a, b) => a - b);
}
