/**
 * `npm start [-- options of berth-server]`: the server as it was built, by the Node that it needs.
 */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inTop } from './lib/paths.mjs';

const berth = inTop('dist', 'cli', 'berth.js');
if (existsSync(berth)) {
  process.argv.splice(1, 1, berth, 'serve');
  await import(pathToFileURL(berth).href);
} else {
  console.error('Berth is not built: `npm run build` first, or `npm run dev`, which builds and starts it.');
  process.exitCode = 2;
}
