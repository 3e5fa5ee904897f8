/**
 * Debian's Chromium without a screen, by playwright-core.
 */
import { chromium } from 'playwright-core';

const program = '/usr/bin/chromium';

export const openBrowser = () =>
  chromium.launch({
    executablePath: program,
    // Root has no sandbox in Chromium; nothing but our own pages is opened.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--force-color-profile=srgb',
      '--hide-scrollbars',
      '--disable-dev-shm-usage',
    ],
  });

/** A page that notes what goes wrong in it. */
export async function openPage(browser, { width, height = 1000 }) {
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: 1,
    timezoneId: 'UTC',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(`the page throws: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`the page says: ${message.text()}`);
  });
  page.on('requestfailed', (request) => faults.push(`the page does not get ${request.url()}`));
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`the page gets ${response.status()} for ${response.url()}`);
  });
  return { page, faults, close: () => context.close() };
}
