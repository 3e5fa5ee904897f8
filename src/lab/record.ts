/**
 * The record of a lab that is up: its hosts, their ports, and the parts that they were started from. Processes without a
 * record are left from a killed `up`.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { failedWith } from '../shared/errno.js';
import { isJsonObject, type JsonObject } from '../shared/json-object.js';
import type { HostPorts } from './ports.js';

export interface LabRecord {
  /** Names of folders of parts. */
  readonly parts: { readonly qemu: string; readonly image: string };
  readonly hosts: readonly RecordedHost[];
  readonly wires: number;
  readonly wirePorts: readonly number[];
  /** RFC 3339. */
  readonly upSince: string;
}

export interface RecordedHost {
  readonly index: number;
  readonly ports: HostPorts;
  readonly frozen: string;
}

const version = 2;

export async function writeRecord(file: string, record: LabRecord): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify({ version, ...record }, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Undefined when there is none, or another version of Berth wrote it. */
export async function readRecord(file: string): Promise<LabRecord | undefined> {
  try {
    return recordIn(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || failedWith(error, 'ENOENT')) return undefined;
    throw error;
  }
}

export function recordIn(said: unknown): LabRecord | undefined {
  if (!isJsonObject(said) || said['version'] !== version) return undefined;
  const { parts, hosts, wires, wirePorts, upSince } = said;
  if (
    !isJsonObject(parts) ||
    !Array.isArray(hosts) ||
    !isNumbers([wires]) ||
    !isNumbers(wirePorts) ||
    typeof upSince !== 'string'
  )
    return undefined;
  const { qemu, image } = parts;
  if (typeof qemu !== 'string' || typeof image !== 'string' || !hosts.every(isHost)) return undefined;
  return { parts: { qemu, image }, hosts, wires: Number(wires), wirePorts, upSince };
}

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((each) => Number.isSafeInteger(each));

function isHost(value: unknown): value is RecordedHost {
  if (!isJsonObject(value) || !isJsonObject(value['ports'])) return false;
  const ports: JsonObject = value['ports'];
  const numbers = [value['index'], ports['ssh'], ports['libvirtTcp'], ports['libvirtTls']];
  return isNumbers(numbers) && typeof value['frozen'] === 'string';
}
