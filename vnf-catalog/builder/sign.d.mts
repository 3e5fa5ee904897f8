export function signManifest(
  name: string,
  entries: ReadonlyMap<string, Buffer>,
  files: { readonly key: string; readonly certificate: string },
): Map<string, Buffer>;
