/**
 * Which Node Berth needs, before anything is loaded that another one would break on: a native module of the wrong version
 * ends the process without a word. Runs on any Node from 20 on.
 */
import { readFileSync } from 'node:fs';

/** package.json stands beside both src/ and dist/. */
const manifest = new URL('../package.json', import.meta.url);

function needed(): number {
  const { engines } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly engines: { readonly node: string } };
  return Number(/\d+/.exec(engines.node)?.[0]);
}

export const isRightNode = (version: string): boolean => Number(/^v?(\d+)/.exec(version)?.[1]) >= needed();

/** What is wrong with this Node, and what to do; undefined when nothing is. */
export function wrongNode(version = process.version): string | undefined {
  if (isRightNode(version)) return undefined;
  return (
    `Berth needs Node ${needed()} or later, and this is ${version}. \`npm start\` and \`berth serve\` take the Node that npm ` +
    'installed with Berth (node_modules/.bin/node); where that is missing, `npm rebuild --ignore-scripts=false node` brings it.'
  );
}
