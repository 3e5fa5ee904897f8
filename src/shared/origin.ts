/**
 * Origins as operators list them: `http://10.0.0.5:8080`, `https://*.example` for any name below example. The port counts.
 */
export function isOrigin(url: URL, pattern: string): boolean {
  const match = /^(https?:)\/\/(\*\.)?([^/]+)\/?$/i.exec(pattern);
  const [, protocol = '', wildcard, rest = ''] = match ?? [];
  const allowed = URL.parse(`${protocol}//${rest}`);
  if (allowed === null || allowed.protocol !== url.protocol || allowed.port !== url.port) return false;
  if (wildcard === undefined) return allowed.hostname === url.hostname;
  return url.hostname.endsWith(`.${allowed.hostname}`);
}
