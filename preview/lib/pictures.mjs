/**
 * Pictures of dashboards and of pages. Each picture answers `{ name, bytes, faults }`; a fault is a sentence.
 */
import { join } from 'node:path';
import { misplaced } from '../plan/layout.ts';
import { answersFor } from './answers.mjs';
import { openPage } from './browser.mjs';
import { allowedEmpty } from './empty.mjs';
import { nothingShown } from './nothing-shown.mjs';
import { writePng } from './png.mjs';

const width = 1600;
const drawnMs = 60_000;

/** `span`: `{ from, to, scrapeSeconds }`. */
export async function dashboardPicture(studio, dashboard, span) {
  const name = `${dashboard.uid.replace(/^berth-/, '')}.png`;
  try {
    return await drawn(studio, name, dashboard, span);
  } catch (error) {
    return { name, bytes: 0, faults: [error.message] };
  }
}

async function drawn(studio, name, dashboard, span) {
  const { browser, server, folder } = studio;
  const { faults, ...told } = await answersFor(dashboard, studio, span, width);
  const mayBeEmpty = allowedEmpty(dashboard.uid);
  const empty = nothingShown(dashboard, told.answers, mayBeEmpty);
  server.show({ dashboard, ...told, mayBeEmpty, range: { from: span.from, to: span.to }, width });
  const { page, faults: pageFaults, close } = await openPage(browser, { width });
  try {
    await page.goto(server.origin);
    await page.waitForFunction(() => window.drawn || window.failed, undefined, { timeout: drawnMs });
    const failed = await page.evaluate(() => window.failed);
    if (failed) return { name, bytes: 0, faults: [...faults, `it cannot be drawn: ${failed}`] };
    await showWhole(page);
    const looks = await page.evaluate(() => window.findFaults());
    const bytes = await writePng(join(folder, name), await page.screenshot({ fullPage: true }));
    return { name, bytes, faults: [...misplaced(dashboard.panels), ...faults, ...empty, ...looks, ...pageFaults] };
  } finally {
    await close();
  }
}

/** What is outside the window is not drawn by all components. */
async function showWhole(page) {
  await settle(page);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height });
  await settle(page);
}

/** Components measure themselves after they are drawn, and icons come late: until nothing changes for a while. */
async function settle(page) {
  await page.waitForLoadState('networkidle');
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        const quietMs = 400;
        let timer = setTimeout(done, quietMs);
        const watch = new MutationObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(done, quietMs);
        });
        function done() {
          watch.disconnect();
          resolve();
        }
        watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      }),
  );
}

/** A page of Berth's own, as a browser shows it to a reader who has given his token. */
export async function pagePicture({ browser, folder }, { name, url, token = '' }) {
  const { page, faults, close } = await openPage(browser, { width });
  try {
    await page.addInitScript((given) => sessionStorage.setItem('berth-token', given), token);
    const response = await page.goto(url);
    if (!response?.ok()) return { name, bytes: 0, faults: [`${url} answers ${response?.status()}`] };
    await showWhole(page);
    const cut = await page.evaluate(cutTexts);
    const bytes = await writePng(join(folder, `${name}.png`), await page.screenshot({ fullPage: true }));
    return { name: `${name}.png`, bytes, faults: [...cut, ...faults] };
  } finally {
    await close();
  }
}

/** Runs in the page. */
function cutTexts() {
  const hides = (element) => getComputedStyle(element).overflowX !== 'visible';
  const cut = [...document.querySelectorAll('body *')].filter(
    (element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && hides(element),
  );
  const wide = document.documentElement.scrollWidth > window.innerWidth ? ['the page is wider than the window'] : [];
  return [...wide, ...cut.map((element) => `text is cut: '${element.textContent.trim().slice(0, 60)}'`)];
}
