/**
 * What a package URL (github.com/package-url/purl-spec) says of the names of a component.
 */
export interface PurlNames {
  readonly name?: string;
  /** The source package that a distribution built it from (qualifier `upstream`). */
  readonly source?: string;
}

export function namesInPurl(purl: string): PurlNames {
  const [, path = '', query = ''] = /^pkg:([^?#]*)(?:\?([^#]*))?/.exec(purl) ?? [];
  const name = decoded(path.replace(/@[^/]*$/, '').replace(/^.*\//, ''));
  const upstream = query.split('&').find((part) => part.startsWith('upstream='));
  const source = upstream && sourceIn(decoded(upstream.slice('upstream='.length)) ?? '');
  return { ...(name ? { name } : {}), ...(source ? { source } : {}) };
}

/** `openssl`, `openssl@3.0.22-1`, `openssl-3.0.7-1.el9.src.rpm`. */
export function sourceIn(text: string): string {
  const rpm = /^(.+)-[^-]+-[^-]+\.src\.rpm$/.exec(text);
  return rpm?.[1] ?? text.replace(/(?<=.)@.*$/, '');
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
