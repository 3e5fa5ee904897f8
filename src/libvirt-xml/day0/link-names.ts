/**
 * What a guest calls its links: the connection point's id in lower case, made to fit Linux (15 bytes, no slash, colon
 * or white space) and unique within the guest.
 */
const limit = 15;

export function linkNames(cpdIds: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return cpdIds.map((cpdId) => {
    const wanted = cpdId.toLowerCase().replace(/[^a-z0-9_-]/g, '-') || 'link';
    let name = wanted.slice(0, limit);
    for (let n = 2; taken.has(name); n += 1) {
      const suffix = `-${String(n)}`;
      name = wanted.slice(0, limit - suffix.length) + suffix;
    }
    taken.add(name);
    return name;
  });
}
