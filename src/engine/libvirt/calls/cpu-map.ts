/** CPU maps as libvirt fills them: CPU 0 is the lowest bit of the first byte. */
export const hostCpusOf = (map: Uint8Array): readonly number[] =>
  [...map].flatMap((byte, at) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (byte >> bit) % 2 === 1).map((bit) => at * 8 + bit),
  );
