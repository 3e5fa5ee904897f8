/**
 * Pages for people, as they are served: to everybody, without data, loading nothing from elsewhere.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openDoor, token, type Door } from '../door.js';

let door: Door;
beforeAll(async () => {
  // No part answers anything: a page that asked for data would fail.
  door = await openDoor({});
});
afterAll(() => door.close());

const nobody = { headers: { authorization: '' } };
const get = (path: string, accept = 'text/html,*/*;q=0.8') =>
  door.ask(path, { headers: { authorization: '', accept } });
/** A link of the page at that path, as a browser reads it. */
const resolved = (link: string, page: string): string => new URL(link, `http://berth.example${page}`).pathname;
const shown = ['/docs', '/docs-json', '/docs/start.js', '/docs/swagger-ui.css', '/pages/berth.css', '/pages/stack.js'];
const pages = ['/', '/stack', '/stack/11111111-2222-4333-8444-555555555555'];

describe('the pages', () => {
  test.each(pages)('%s is there without a token', async (path) => {
    const answer = await get(path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  test.each([...pages, '/pages/berth.css', '/pages/stack.js'])('%s says what may be done with it', async (path) => {
    const { headers } = await get(path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('nothing that may be asked for is answered without saying what a browser may do with it', async () => {
    const { paths } = (await (await door.ask('/docs-json')).json()) as { readonly paths: object };
    const asked = [...Object.keys(paths), ...pages, ...shown, '/no/such', '/docs/none', '/%zz'];
    for (const path of asked)
      for (const authorization of ['', `Bearer ${token}`]) {
        const { headers, status } = await door.ask(path.replaceAll(/\{\w+\}/g, 'x'), { headers: { authorization } });
        const policy = headers.get('content-security-policy') ?? '';
        expect([path, status, policy]).toEqual([path, status, expect.stringContaining("default-src 'none'")]);
        expect([path, policy]).toEqual([path, expect.stringContaining("frame-ancestors 'none'")]);
        expect([path, policy]).toEqual([
          path,
          expect.not.stringMatching(/unsafe-eval|script-src[^;]*unsafe|\*|https?:/),
        ]);
        const told = ['x-content-type-options', 'referrer-policy', 'strict-transport-security'].map((name) =>
          headers.get(name),
        );
        expect([path, told]).toEqual([path, ['nosniff', 'no-referrer', null]]);
      }
  });

  test.each(pages)('%s has no script or style in itself, and all that it needs is here', async (path) => {
    const text = await (await get(path)).text();
    expect(text).not.toMatch(/<script(?![^>]* src=)|<style|style=|\son\w+=|javascript:/);
    const parts = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(parts.filter((part) => /^\/|:/.test(part))).toEqual([]);
    const loaded = parts.filter((part) => /\.(css|js|png)$/.test(part)).map((part) => resolved(part, path));
    for (const part of loaded) expect([part, (await door.ask(part, nobody)).status]).toEqual([part, 200]);
  });

  test('the front page says the version and leads on, and a stack page is the same for every id', async () => {
    const front = await (await get('/')).text();
    expect(front).toContain('1.2.3');
    for (const path of ['/docs', '/stack', '/metrics', '/readyz']) expect(front).toContain(`href="${path.slice(1)}"`);
    const [one, other] = await Promise.all(
      ['/stack/a', '/stack/%3Cscript%3E'].map(async (path) => (await get(path)).text()),
    );
    expect(one).toBe(other);
  });

  test('the script writes text only', async () => {
    const text = await (await get('/pages/stack.js')).text();
    expect(text).toContain('textContent');
    expect(text).not.toMatch(
      /innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|Function\(|localStorage|cookie/,
    );
  });

  test('what is beside them stays closed', async () => {
    for (const path of ['//', '//nfvi/v1/hosts', '/index.html', '/nfvi/v1/hosts', '/stackx'])
      expect([path, (await fetch(`${door.origin}${path}`)).status]).toEqual([path, 401]);
    expect((await get('/pages/other.js')).status).toBe(404);
  });
});
