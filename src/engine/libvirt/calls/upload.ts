/**
 * Bytes into a volume through libvirt's stream, so that images reach remote hosts without an agent of ours.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { VolumeFormat } from '../../../libvirt-xml/volume.js';
import type { VolumeSource } from '../../engine.js';
import {
  StorageVolUpload,
  type StorageVolPtr,
  StreamAbort,
  StreamFinish,
  StreamFree,
  StreamNew,
  type StreamPtr,
  StreamSend,
} from '../bindings.js';
import { CallRefusal, check, present, using } from '../native.js';
import type { CallContext } from './context.js';

/** The most that one stream message carries: libvirt's 256 KiB payload less its header. */
const chunkBytes = 262_120;
const qcow2Magic = 0x514649fb;

/** Format and virtual size: qcow2 says its own (bytes 24 to 31), everything else is raw. */
export function imageHeader(source: VolumeSource): { readonly format: VolumeFormat; readonly capacityBytes: number } {
  const header = Buffer.alloc(32);
  const read = withFile(source.file, (file) => {
    if (fstatSync(file).size < source.sizeBytes) throw tooShort(source);
    return readSync(file, header, 0, header.length, 0);
  });
  if (read < header.length || header.readUInt32BE(0) !== qcow2Magic) {
    return { format: 'raw', capacityBytes: source.sizeBytes };
  }
  return { format: 'qcow2', capacityBytes: Number(header.readBigUInt64BE(24)) };
}

export function uploadFile(context: CallContext, volume: StorageVolPtr, source: VolumeSource): void {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  withFile(source.file, (file) => {
    send(context, volume, source.sizeBytes, (offset) => {
      const read = readSync(file, buffer, 0, Math.min(chunkBytes, source.sizeBytes - offset), offset);
      if (read === 0)
        throw new CallRefusal('Rejected', `${source.file} ended before ${String(source.sizeBytes)} bytes.`);
      return buffer.subarray(0, read);
    });
  });
}

export function uploadBytes(context: CallContext, volume: StorageVolPtr, content: Uint8Array): void {
  send(context, volume, content.byteLength, (offset) => content.subarray(offset, offset + chunkBytes));
}

function send(
  context: CallContext,
  volume: StorageVolPtr,
  sizeBytes: number,
  chunkAt: (offset: number) => Uint8Array,
): void {
  using(present(StreamNew(context.conn, 0)), StreamFree, (stream) => {
    try {
      check(StorageVolUpload(volume, stream, 0, sizeBytes, 0));
      for (let offset = 0; offset < sizeBytes;) offset += sendChunk(context, stream, chunkAt(offset));
      check(StreamFinish(stream));
    } catch (error) {
      StreamAbort(stream);
      throw error;
    }
  });
}

function sendChunk(context: CallContext, stream: StreamPtr, chunk: Uint8Array): number {
  context.progress();
  return check(StreamSend(stream, chunk, chunk.byteLength));
}

function withFile<T>(path: string, use: (file: number) => T): T {
  return using(openToRead(path), closeSync, use);
}

function openToRead(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new CallRefusal('Rejected', error instanceof Error ? error.message : String(error));
  }
}

const tooShort = ({ file, sizeBytes }: VolumeSource): CallRefusal =>
  new CallRefusal('Rejected', `${file} ended before ${sizeBytes} bytes.`);
