/**
 * The one part named `file` of a multipart/form-data body (RFC 7578, RFC 2046 clause 5.1.1), as a stream: SOL005 lets
 * a package arrive that way. Other parts are read and dropped. Nothing is buffered but one delimiter.
 */
import { refusal } from '../http/problem-error.js';

const HEAD_LIMIT = 16 * 1024;
/** Of all that is not the file: forms have a few short fields beside it. */
const OTHERS_LIMIT = 1024 * 1024;
const headEnd = Buffer.from('\r\n\r\n');

export function boundaryOf(contentType: string): string {
  const boundary = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  const text = boundary?.[1] ?? boundary?.[2];
  if (text === undefined) throw refusal('malformed-request', `Content-Type ${contentType} names no boundary.`);
  return text;
}

/**
 * Reads as far as the part and answers its bytes. Throws a 400 when there is no such part; so do the bytes when there is
 * another one, or the body ends too early.
 */
export async function filePart(
  body: AsyncIterable<Uint8Array>,
  boundary: string,
  name = 'file',
): Promise<AsyncIterable<Uint8Array>> {
  const reader = new Reader(body);
  // The first delimiter may stand at the very start, where no line break precedes it.
  reader.unread(Buffer.from('\r\n'));
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  await reader.drop(delimiter);
  if (await findPart(reader, delimiter, name)) return contentOf(reader, delimiter, name);
  throw refusal('malformed-request', `The multipart body has no part named "${name}".`);
}

async function* contentOf(reader: Reader, delimiter: Buffer, name: string): AsyncGenerator<Uint8Array> {
  yield* reader.upTo(delimiter);
  if (await findPart(reader, delimiter, name))
    throw refusal('malformed-request', `The multipart body has more than one part named "${name}".`);
  await reader.drainRest();
}

/** Goes to the content of the next part of that name; false when the body has no more parts. */
async function findPart(reader: Reader, delimiter: Buffer, name: string): Promise<boolean> {
  while (await reader.anotherPart()) {
    if (nameOf(await reader.head()) === name) return true;
    await reader.drop(delimiter);
  }
  return false;
}

/** Parameters are taken one after the other, so that none is found inside the quotes of another. */
function nameOf(head: string): string | undefined {
  const line = head.split('\r\n').find((each) => /^content-disposition:/i.test(each)) ?? '';
  const parameters = line.matchAll(/;\s*([^\s=;"]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;]*))/g);
  const [, , quoted, bare] = [...parameters].find(([, key]) => key?.toLowerCase() === 'name') ?? [];
  return quoted ?? bare;
}

class Reader {
  #held: Buffer = Buffer.alloc(0);
  #dropped = 0;
  readonly #source: AsyncIterator<Uint8Array>;

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#source = body[Symbol.asyncIterator]();
  }

  unread(bytes: Buffer): void {
    this.#held = Buffer.concat([bytes, this.#held]);
  }

  /** Bytes before the delimiter, which is consumed. What may be the start of one is held back. */
  async *upTo(delimiter: Buffer): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = this.#held.indexOf(delimiter);
      if (at >= 0) {
        if (at > 0) yield this.#held.subarray(0, at);
        this.#held = this.#held.subarray(at + delimiter.length);
        return;
      }
      const safe = this.#held.length - delimiter.length + 1;
      if (safe > 0) {
        yield this.#held.subarray(0, safe);
        this.#held = this.#held.subarray(safe);
      }
      await this.more();
    }
  }

  /** What stands before the delimiter, and is not asked for. */
  async drop(delimiter: Buffer): Promise<void> {
    for await (const chunk of this.upTo(delimiter)) this.countDropped(chunk.length);
  }

  /** After a delimiter: `--` ends the body, a line break starts a part. */
  async anotherPart(): Promise<boolean> {
    while (this.#held.length < 2) await this.more();
    return this.#held.toString('latin1', 0, 2) !== '--';
  }

  async head(): Promise<string> {
    let end = this.#held.indexOf(headEnd);
    while (end < 0 && this.#held.length <= HEAD_LIMIT) {
      await this.more();
      end = this.#held.indexOf(headEnd);
    }
    if (end < 0 || end > HEAD_LIMIT)
      throw refusal('malformed-request', `A part of the multipart body has a head of more than ${HEAD_LIMIT} bytes.`);
    this.countDropped(end);
    const text = this.#held.toString('utf8', 0, end);
    this.#held = this.#held.subarray(end + headEnd.length);
    return text;
  }

  async drainRest(): Promise<void> {
    for (let next = await this.#source.next(); !next.done; next = await this.#source.next())
      this.countDropped(next.value.length);
  }

  private countDropped(bytes: number): void {
    this.#dropped += bytes;
    if (this.#dropped > OTHERS_LIMIT)
      throw refusal('payload-too-large', `The multipart body has more than ${OTHERS_LIMIT} bytes beside its file.`);
  }

  private async more(): Promise<void> {
    const next = await this.#source.next();
    if (next.done) throw refusal('malformed-request', 'The multipart body ends before its last delimiter.');
    this.#held = Buffer.concat([this.#held, next.value]);
  }
}
