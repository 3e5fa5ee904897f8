/**
 * What a callbackUri or a tokenEndpoint may be: an absolute http or https URI (SOL013 clause 8.3.4). Where it may lead
 * is another question (`src/notify/callback-address.ts`).
 */
const longest = 2048;

/** Why a URI cannot be called, as the end of a sentence; undefined when it can. */
export function uncallable(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return 'is no absolute http or https URI';
  if (url.username !== '' || url.password !== '') return 'holds user information, which belongs into authentication';
  if (url.hash !== '') return 'has a fragment, which is never sent';
  return text.length > longest ? `is longer than ${longest} characters` : undefined;
}
