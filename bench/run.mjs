/**
 * `npm run bench -- NAME [--json] [--native]`: runs `bench/NAME.bench.mjs`. A bench exports `description` and `bench(say)`, which
 * resolves to `{ rows, figures }`: rows for people, and every figure by name for `--json`, which prints one object. One that can
 * measure without a guest exports `native(say)` as well.
 */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { carryOut } from '../scripts/lib/main.mjs';
import { table } from '../scripts/lib/table.mjs';
import { undoAtSignals } from './leaving.mjs';

const folder = dirname(fileURLToPath(import.meta.url));
const ending = '.bench.mjs';
const flag = { type: 'boolean', default: false };
const names = readdirSync(folder)
  .filter((file) => file.endsWith(ending))
  .map((file) => file.slice(0, -ending.length))
  .toSorted();

const load = (name) => import(pathToFileURL(join(folder, `${name}${ending}`)).href);

/** Says what there is, and exits as a command does that was called wrongly. */
async function usage(complaint) {
  const lines = await Promise.all(names.map(async (name) => `  ${name.padEnd(12)} ${(await load(name)).description}`));
  console.error([complaint, 'npm run bench -- NAME [--json] [--native]', ...lines].join('\n'));
  process.exitCode = 2;
}

function parse() {
  try {
    return parseArgs({ options: { json: flag, native: flag }, allowPositionals: true });
  } catch (error) {
    return { complaint: error.message };
  }
}

async function main() {
  const { values, positionals = [], complaint } = parse();
  if (complaint) return usage(complaint);
  const [name, ...rest] = positionals;
  if (name === undefined) return usage('Which bench?');
  if (rest.length > 0 || !names.includes(name)) return usage(`There is no bench "${positionals.join(' ')}".`);
  const say = values.json ? () => {} : console.log;
  const { bench, native } = await load(name);
  if (values.native && !native) return usage(`The bench "${name}" has no --native.`);
  undoAtSignals();
  const { rows, figures } = await (values.native ? native : bench)(say);
  console.log(values.json ? JSON.stringify({ bench: name, ...figures }) : table(rows));
}

await carryOut(main);
