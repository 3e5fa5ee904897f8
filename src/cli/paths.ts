/**
 * Paths of resources by ids that a person gave: each is one segment, whatever stands in it.
 */
export function pathTo(collection: string, id: string, ...rest: readonly string[]): string {
  // Proxies and libraries resolve these, encoded or not, and another resource would be meant.
  if (id === '' || id === '.' || id === '..')
    throw new Error(`"${id}" is no id of anything; give the id as it is listed.`);
  return [collection, encodeURIComponent(id), ...rest].join('/');
}
