/**
 * A URI as it may be shown: without the password of its user, and without values of the query that are called secrets.
 */
const hidden = '***';

export const shownUri = (uri: string): string =>
  uri
    .replace(/^([^/?#]*\/\/[^/?#@:]*):[^/?#]*@/, `$1:${hidden}@`)
    .replace(/([?&;][^=&;]*(?:pass|secret|token)[^=&;]*=)[^&;#]+/gi, `$1${hidden}`);

/** A text with URIs in it, without the passwords of their users. */
export const withoutPasswords = (text: string): string =>
  text.replace(/(:\/\/[^\s/?#@:]*):[^\s/?#]*@/g, `$1:${hidden}@`);
