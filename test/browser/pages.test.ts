/**
 * The pages in a real browser, on a Berth with a VNF: what is seen, that nothing is cut, and that nothing which a guest or
 * a name says is read as HTML. BERTH_PICTURES names a folder for pictures to look at.
 */
import { writeFileSync } from 'node:fs';
import { createServer, request as ask, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { VnfcId } from '../../src/shared/ids.js';
import { token } from '../api/door.js';
import { readInstance, runningRouter } from '../flow/router.js';
import { startServer, type Server } from '../flow/server.js';
import { describeUnless } from '../libvirt/environment.js';
import { missingBrowser, openBrowser, type Browser } from './browser.js';

/** Passes on what is below the path, without it, and remembers what was not. The script of the stack page waits for `letScriptGo`. */
async function proxyBelow(path: string, origin: string) {
  const strays: string[] = [];
  let letScriptGo = (): void => undefined;
  const mayGo = new Promise<void>((resolve) => (letScriptGo = resolve));
  const proxy = createServer((request, response) => {
    const asked = request.url ?? '';
    if (!asked.startsWith(`${path}/`)) {
      strays.push(asked);
      response.writeHead(404).end();
      return;
    }
    const onward = passOn(`${origin}${asked.slice(path.length)}`, request, (answer) => {
      const pass = () => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      };
      if (asked.endsWith('/pages/stack.js')) void mayGo.then(pass);
      else pass();
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      proxy.close(() => resolve());
      proxy.closeAllConnections();
    });
  return { origin: `http://127.0.0.1:${String(port)}`, strays, letScriptGo, close };
}

const passOn = (url: string, { method, headers }: IncomingMessage, take: (answer: IncomingMessage) => void) =>
  ask(url, { method, headers }, take);

describeUnless(missingBrowser(), 'The pages in a browser', () => {
  let server: Server;
  let browser: Browser;
  let vnfc: VnfcId;

  beforeAll(async () => {
    server = await startServer();
    browser = await openBrowser();
    const id = await runningRouter(server);
    const now = (await readInstance(server, id))['instantiatedVnfInfo'] as { vnfcResourceInfo: { id: string }[] };
    vnfc = now.vnfcResourceInfo[0]!.id as VnfcId;
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  const page = () => browser.page;
  const open = (path: string) => page().open(`${server.origin}${path}`);
  const hand = () => server.fleet.all()[0]!.control;

  test('the API page runs within its policy', async () => {
    await open('/docs');
    await page().until(`document.querySelectorAll('.opblock').length > 10`);
    expect(page().complaints).toEqual([]);
  });

  async function giveToken(given: string): Promise<void> {
    await page().until("document.getElementById('show')?.disabled === false");
    await page().value(`document.getElementById('token').value = ${JSON.stringify(given)};
      document.getElementById('show').click()`);
  }

  async function expectWhole(name: string): Promise<void> {
    for (const [width, scheme] of [
      [1280, 'light'],
      [1280, 'dark'],
      [360, 'light'],
    ] as const) {
      await page().look(width, 800, scheme);
      const wide = await page().value<readonly string[]>(
        `[...document.querySelectorAll('body, main, section, table, th, td, p, h1, dd')]
          .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 || each.scrollWidth > each.clientWidth + 1)
          .filter((each) => getComputedStyle(each).display !== 'inline' && each.closest('thead') === null)
          .map((each) => each.tagName + ': ' + each.textContent.slice(0, 60))`,
      );
      expect([name, width, wide]).toEqual([name, width, []]);
      const folder = process.env['BERTH_PICTURES'];
      if (folder !== undefined) writeFileSync(join(folder, `${name}-${width}-${scheme}.png`), await page().picture());
    }
  }

  test('the front page is whole, light and dark and on a phone', async () => {
    await open('/');
    expect(await page().value('document.querySelectorAll("h1").length')).toBe(1);
    await expectWhole('front');
    expect(page().complaints).toEqual([]);
  });

  test('a stack page asks for the token, shows nothing before, and says that a wrong one is wrong', async () => {
    await open(`/stack/${vnfc}`);
    expect(await page().value('document.getElementById("content").textContent')).toBe('');
    await giveToken('not-the-token');
    await page().until('document.getElementById("said").textContent.includes("not valid")');
    expect(await page().value('[sessionStorage.length, document.getElementById("ask").hidden]')).toEqual([0, false]);
  });

  test('with the token all layers are shown, under headings and captions, and it is kept for this tab only', async () => {
    await giveToken(token);
    await page().until('document.querySelectorAll("section").length === 5');
    expect(
      await page().value(
        '[...document.querySelectorAll("section")].map((each) => each.querySelectorAll("h2, caption").length)',
      ),
    ).toEqual([2, 2, 2, 2, 2]);
    expect(await page().value('document.querySelectorAll("tr.differs").length')).toBe(0);
    expect(await page().value('[localStorage.length, document.cookie]')).toEqual([0, '']);
    await expectWhole('stack');
    await open(`/stack/${vnfc}`);
    await page().until('document.querySelectorAll("section").length === 5');
  });

  test('what differs is marked, and what a guest says is text', async () => {
    hand().editRunning(vnfc, (xml) => xml.replace(/(<vcpupin [^>]*cpuset=)"[^"]*"/, '$1"3"'));
    hand().changeGuest(vnfc, { ready: false, reason: '<img src=x onerror="document.title=1"><b>no route</b>' });
    await page().value('document.getElementById("again").click()');
    await page().until('document.querySelectorAll("tr.differs").length === 2');
    expect(await page().value('document.querySelectorAll("#content img, #content b").length')).toBe(0);
    expect(await page().value('document.getElementById("content").textContent')).toContain('<b>no route</b>');
    await expectWhole('stack-differs');
    hand().changeGuest(vnfc, { ready: true, reason: '' });
  });

  test('a host out of reach is said to be, and a VNFC that is not there too', async () => {
    hand().disconnect('its cable is out');
    await page().value('document.getElementById("again").click()');
    await page().until('document.querySelectorAll("section .bad").length === 5');
    expect(await page().value('document.getElementById("content").textContent')).toContain('its cable is out');
    await expectWhole('stack-unreachable');
    hand().connect();
    await open('/stack/11111111-2222-4333-8444-555555555555');
    await page().until('document.getElementById("said").textContent.includes("There is no VNFC")');
  });

  test('behind a proxy that has Berth below a path, pages, links and requests stay below it', async () => {
    const proxy = await proxyBelow('/nfv', server.origin);
    try {
      await page().open(`${proxy.origin}/nfv/`);
      await page().value('document.querySelector("a[href=stack]").click()');
      await page().until('document.getElementById("show") !== null');
      expect(await page().value('document.getElementById("show").disabled')).toBe(true);
      proxy.letScriptGo();
      await giveToken(token);
      await page().until('document.querySelectorAll("tbody tr").length === 1');
      await page().value('document.querySelector("tbody a").click()');
      await page().until('document.querySelectorAll("section").length === 5');
      expect(await page().value('location.pathname')).toBe(`/nfv/stack/${vnfc}`);
      await page().open(`${proxy.origin}/nfv/docs`);
      await page().until(`document.querySelectorAll('.opblock').length > 10`);
      expect([page().complaints, proxy.strays]).toEqual([[], []]);
    } finally {
      await proxy.close();
    }
  });

  test('all VNFCs are listed with links to their stacks', async () => {
    await open('/stack');
    await page().until('document.querySelectorAll("tbody tr").length === 1');
    expect(await page().value('document.querySelector("tbody a").getAttribute("href")')).toBe(`/stack/${vnfc}`);
    await expectWhole('all');
    await page().value('document.getElementById("forget").click()');
    expect(await page().value('[sessionStorage.length, document.querySelectorAll("tbody tr").length]')).toEqual([0, 0]);
  });
});
