/** The documents that docs/vnf-guest-contract.md shows, by the heading they stand under. */
import { readFileSync } from 'node:fs';

export function contractExample(heading: string): string {
  const [, after] = readFileSync('docs/vnf-guest-contract.md', 'utf8').split(`\n## ${heading}\n`);
  const example = /```json\n(.*?)```/s.exec(after ?? '')?.[1];
  if (example === undefined) throw new Error(`docs/vnf-guest-contract.md shows no document under ${heading}`);
  return example;
}
