import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { boundaryOf, filePart } from '../../../src/api/vnfpkgm/multipart.js';

const head = (name: string) => `Content-Disposition: form-data; name="${name}"; filename="x.csar"\r\n\r\n`;

/** The body in chunks of these sizes, the rest as one. */
async function* chunked(body: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield body.subarray(at, at + size);
    at += size;
  }
  yield body.subarray(at);
}

async function read(body: Buffer, sizes: readonly number[] = [], boundary = 'B'): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await filePart(chunked(body, sizes), boundary)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const form = (content: Buffer | string, before = '', after = ''): Buffer =>
  Buffer.concat([
    Buffer.from(`${before}--B\r\n${head('file')}`),
    Buffer.from(content),
    Buffer.from(`\r\n${after}--B--\r\n`),
  ]);

describe('the part named file of a multipart body', () => {
  test('is its bytes, wherever the chunks are cut and whatever they hold', async () => {
    const bytes = fc.uint8Array({ maxLength: 60 });
    const nearly = fc.constantFrom('', '\r\n', '\r\n--', '\r\n--A', '--B', '\r\n-', '\n--B--');
    await fc.assert(
      fc.asyncProperty(bytes, nearly, fc.array(fc.integer({ min: 0, max: 30 })), async (raw, tail, sizes) => {
        const content = Buffer.concat([raw, Buffer.from(tail), raw]);
        fc.pre(!content.includes('\r\n--B'));
        expect(await read(form(content), sizes)).toEqual(content);
      }),
    );
  });

  test('is found behind a preamble and other parts', async () => {
    const other = `--B\r\n${head('note')}hello\r\n`;
    expect(String(await read(form('data', `preamble\r\n${other}`)))).toBe('data');
  });

  test('ends before the parts that follow', async () => {
    expect(String(await read(form('data', '', `--B\r\n${head('more')}x\r\n`)))).toBe('data');
  });

  test.each([
    ['has no such part', Buffer.from(`--B\r\n${head('other')}x\r\n--B--\r\n`), 'no part named "file"'],
    ['is cut off inside', form('data').subarray(0, -8), 'ends before its last delimiter'],
    ['is something else', Buffer.from('PK'), 'ends before its last delimiter'],
    ['has a head without end', Buffer.from(`--B\r\n${'x'.repeat(40_000)}`), 'a head of more than 16384 bytes'],
    ['has a huge head', form('data', `--B\r\n${'x'.repeat(40_000)}\r\n\r\n\r\n`), 'a head of more than 16384 bytes'],
    ['has two such parts', form('data', '', `--B\r\n${head('file')}x\r\n`), 'more than one part named "file"'],
    ['ends inside a part that follows', form('data', '', `--B\r\n${head('x')}x`).subarray(0, -9), 'before its last'],
    ['has lines without carriage returns', Buffer.from('--B\nX: y\n\ndata\n--B--\n'), 'before its last delimiter'],
  ])('is refused when the body %s', async (_, body, complaint) => {
    await expect(read(body)).rejects.toThrow(complaint);
  });

  test.each([
    ['form-data; name=file', 'data'],
    ['form-data; filename="; name=x"; NAME="file"', 'data'],
    ['form-data; name="x"; filename="; name=file"', undefined],
    ['form-data; name="x\\"; name=\\"file"', undefined],
    ['form-data; filename=file', undefined],
  ])('is told by the name alone: %s', async (disposition, content) => {
    const body = Buffer.from(`--B\r\nContent-Disposition: ${disposition}\r\n\r\ndata\r\n--B--\r\n`);
    if (content === undefined) await expect(read(body)).rejects.toThrow('no part named');
    else expect(String(await read(body))).toBe(content);
  });

  test.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['multipart/form-data; charset=utf-8; boundary="a b;c"', 'a b;c'],
  ])('has the boundary that %s names', (type, boundary) => {
    expect(boundaryOf(type)).toBe(boundary);
  });

  test('needs a boundary', () => {
    expect(() => boundaryOf('multipart/form-data')).toThrow('names no boundary');
  });
});

test.each([
  ['a part before it', form('content', `--B\r\n${head('other')}${'x'.repeat(2_000_000)}\r\n`)],
  ['what stands before the first part', form('content', `${'x'.repeat(2_000_000)}\r\n`)],
  ['a part after it', form('content', '', `--B\r\n${head('other')}${'x'.repeat(2_000_000)}\r\n`)],
  ['many parts before it', form('content', `--B\r\n${head('other')}x\r\n`.repeat(20_000))],
])('%s may not be as long as it likes', async (_, body) => {
  await expect(read(body, [100_000, 100_000])).rejects.toMatchObject({ problem: { status: 413 } });
});
