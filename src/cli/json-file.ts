/**
 * A request from a file. What is wrong with the file is said with its name and the place in it.
 */
import { readFileSync, statSync } from 'node:fs';
import { errorText } from '../shared/error-text.js';
import type { Json } from './client.js';
import { jsonFaultAt } from './json-fault.js';

/** Berth takes no larger request. */
const mostBytes = 1024 * 1024;

export function jsonFile(file: string, option: string): Json {
  const text = textOf(file, option);
  const at = jsonFaultAt(text);
  if (at !== undefined) {
    const before = text.slice(0, at).split('\n');
    const place = `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
    const found = at >= text.length ? 'it ends too early' : `${JSON.stringify(text.charAt(at))} cannot stand there`;
    throw new Error(`${place}: ${option} needs JSON, and ${found}.`);
  }
  const content: unknown = JSON.parse(text);
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new Error(`${file}: ${option} needs a JSON object, such as { "flavourId": "simple" }.`);
  return content as Json;
}

/** Without the byte order mark that some editors write. */
function textOf(file: string, option: string): string {
  try {
    if (statSync(file).size > mostBytes) throw new Error('it is larger than 1 MiB');
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new Error(`The file ${file} (${option}) cannot be read: ${errorText(error)}`);
  }
}
