/** A capture of UDP datagrams between two addresses, for a decoder that is not ours. */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

export const hasTshark = spawnSync('tshark', ['--version']).status === 0;

const words = (...numbers: readonly number[]) => {
  const out = Buffer.alloc(4 * numbers.length);
  for (const [at, number] of numbers.entries()) out.writeUInt32LE(number, 4 * at);
  return out;
};

function datagram(port: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(28);
  header.writeUInt8(0x45, 0);
  header.writeUInt16BE(28 + payload.length, 2);
  header.writeUInt8(64, 8);
  header.writeUInt8(17, 9);
  header.set([10, 4, 0, 1, 10, 4, 0, 2], 12);
  header.writeUInt16BE(port, 20);
  header.writeUInt16BE(port, 22);
  header.writeUInt16BE(8 + payload.length, 24);
  return Buffer.concat([header, payload]);
}

export function writeCapture(file: string, port: number, payloads: readonly Buffer[]): void {
  const raw = 101;
  const frames = payloads.map((each, at) => {
    const frame = datagram(port, each);
    return Buffer.concat([words(at, 0, frame.length, frame.length), frame]);
  });
  writeFileSync(file, Buffer.concat([words(0xa1b2c3d4, 0x00040002, 0, 0, 262144, raw), ...frames]));
}

/** What tshark finds wrong with each frame, and the fields that are asked for, one line a frame. */
export function decode(file: string, fields: readonly string[]): string[] {
  const wanted = ['_ws.malformed', '_ws.expert.message', ...fields].flatMap((field) => ['-e', field]);
  const options = ['-r', file, '-T', 'fields', '-E', 'separator=|', ...wanted];
  const out = execFileSync('tshark', options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return out.trimEnd().split('\n');
}
