/**
 * Bytes out of a volume through libvirt's stream: what is on a host is only known by reading it.
 */
import { createHash } from 'node:crypto';
import {
  StorageVolDownload,
  type StorageVolPtr,
  StreamAbort,
  StreamFinish,
  StreamFree,
  StreamNew,
  StreamRecv,
} from '../bindings.js';
import { check, present, using } from '../native.js';
import type { CallContext } from './context.js';

/** The most that one stream message carries: libvirt's 256 KiB payload less its header. */
const chunkBytes = 262_120;

/** SHA-256 of the first `sizeBytes`, lower-case hex; of fewer when the volume ends before. */
export function digestOf(context: CallContext, volume: StorageVolPtr, sizeBytes: number): string {
  const hash = createHash('sha256');
  receive(context, volume, sizeBytes, (chunk) => hash.update(chunk));
  return hash.digest('hex');
}

/** The first bytes of a volume, at most `limitBytes`. */
export function headOf(context: CallContext, volume: StorageVolPtr, limitBytes: number): Buffer {
  const chunks: Buffer[] = [];
  receive(context, volume, limitBytes, (chunk) => chunks.push(Buffer.from(chunk)));
  return Buffer.concat(chunks);
}

function receive(
  context: CallContext,
  volume: StorageVolPtr,
  sizeBytes: number,
  take: (chunk: Uint8Array) => void,
): void {
  const buffer = Buffer.alloc(chunkBytes);
  using(present(StreamNew(context.conn, 0)), StreamFree, (stream) => {
    try {
      check(StorageVolDownload(volume, stream, 0, sizeBytes, 0));
      for (;;) {
        context.progress();
        const count = check(StreamRecv(stream, buffer, chunkBytes));
        if (count === 0) break;
        take(buffer.subarray(0, count));
      }
      check(StreamFinish(stream));
    } catch (error) {
      StreamAbort(stream);
      throw error;
    }
  });
}
