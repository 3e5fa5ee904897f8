/** For a person at a terminal, which would obey what a package says in control characters: a space for each. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, ' ');
