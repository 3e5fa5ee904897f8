/**
 * What a guest calls its links: the connection point's id in lower case, made to fit Linux (15 bytes, no slash, colon
 * or white space, not digits alone) and unique within the guest.
 */
const limit = 15;

/** The loopback, and what stands for all interfaces below `/proc/sys/net`. */
const reserved = ['lo', 'all', 'default'];

export function linkNames(cpdIds: readonly string[]): readonly string[] {
  const taken = new Set(reserved);
  return cpdIds.map((cpdId) => {
    const wanted = wantedName(cpdId);
    let name = wanted.slice(0, limit);
    for (let n = 2; taken.has(name); n += 1) {
      const suffix = `-${String(n)}`;
      name = wanted.slice(0, limit - suffix.length) + suffix;
    }
    taken.add(name);
    return name;
  });
}

function wantedName(cpdId: string): string {
  const plain = cpdId.toLowerCase().replace(/[^a-z0-9_-]/g, '-');
  return /^\d*$/.test(plain) ? `link${plain}` : plain;
}
