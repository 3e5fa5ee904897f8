/**
 * Draws every dashboard of a folder, and pages of Berth, into pictures, and looks at each for what an eye would see.
 * `npm run preview -- --help` says how it is asked.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { carryOut } from '../scripts/lib/main.mjs';
import { inTop } from '../scripts/lib/paths.mjs';
import { seconds, sleep } from '../scripts/lib/time.mjs';
import { openBrowser } from './lib/browser.mjs';
import { bundle } from './lib/bundle.mjs';
import { strayEntries } from './lib/empty.mjs';
import { servePage } from './lib/page-server.mjs';
import { dashboardPicture, pagePicture } from './lib/pictures.mjs';
import { Prometheus } from './lib/prometheus.mjs';
import { startBerth, startPrometheus } from './world/processes.mjs';
import { setStage, trouble } from './world/stage.mjs';

const help = `npm run preview -- [--only NAME,NAME] [--minutes N] [--dashboards DIR] [--out DIR] [--prometheus URL] [--page NAME=URL]...

  --only        dashboards and pages by the names of their pictures, such as fleet,host,stack
  --minutes     how long is watched before the pictures are taken; 5 without it
  --dashboards  folder of dashboards; charts/berth/dashboards without it
  --out         folder of pictures; docs/dashboards without it
  --prometheus  one that runs already: no Berth is started, no page of Berth is drawn
  --page        one more page to draw`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    only: { type: 'string' },
    minutes: { type: 'string', default: '5' },
    dashboards: { type: 'string', default: inTop('charts', 'berth', 'dashboards') },
    out: { type: 'string', default: inTop('docs', 'dashboards') },
    prometheus: { type: 'string' },
    page: { type: 'string', multiple: true, default: [] },
  },
});

/** As often as guests are asked, so that rates are smooth. */
const scrapeSeconds = 10;
/** Graphs of some minutes have ticks at whole multiples of it. */
const tickSeconds = 30;
const rangeSeconds = Math.round(Number(values.minutes) * 60);
const only = values.only?.split(',');
const isWanted = (name) => only === undefined || only.includes(name);
const from = performance.now();
const say = (text) => console.log(`${seconds(performance.now() - from).padStart(8)}  ${text}`);

const readDashboards = () =>
  readdirSync(values.dashboards)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(values.dashboards, file), 'utf8')));

/** A Berth with VNFs and a Prometheus that watched it for a while; `after` ends what was started. */
async function world(folder, after) {
  if (values.prometheus !== undefined) return { prometheus: new Prometheus(values.prometheus), pages: [] };
  const berth = await startBerth(folder);
  after(berth.stop);
  say(`Berth is at ${berth.origin}`);
  const { prometheus, stop } = await startPrometheus(folder, berth, { scrapeSeconds });
  after(stop);
  say(`Prometheus is at ${prometheus.origin}`);
  await firstScrape(prometheus);
  const began = Date.now();
  const stage = await setStage(folder, berth, say);
  await sleep(began + rangeSeconds * 500 - Date.now());
  await trouble(folder, berth, stage, say);
  await sleep(began + rangeSeconds * 1000 - Date.now());
  const choices = { 'berth-host': { host: stage.shownHost } };
  return { prometheus, pages: await pagesOf(berth, stage), from: Math.floor(began / 1000), choices };
}

/** What counts grows from there. */
async function firstScrape(prometheus) {
  for (const limit = Date.now() + 10 * scrapeSeconds * 1000; (await prometheus.instant('up == 1')).length === 0;) {
    if (Date.now() > limit) throw new Error('Prometheus does not scrape the Berth of the preview');
    await sleep(200);
  }
}

/** `/` and the stack of a VNFC that was left in peace. */
async function pagesOf({ api, origin, token }, { ids }) {
  const { instantiatedVnfInfo } = await api.get(`/vnflcm/v2/vnf_instances/${ids['edge-router']}`);
  const [{ id }] = instantiatedVnfInfo.vnfcResourceInfo;
  return [
    { name: 'root', url: new URL('/', origin).href, token },
    { name: 'stack', url: new URL(`/stack/${id}`, origin).href, token },
  ];
}

/** Seconds, of a scrape. A tick at the very edge of a graph has no room for its text. */
async function aBitPast(ticks) {
  const offset = 20;
  while (Math.floor(Date.now() / 1000) % ticks !== offset) await sleep(100);
  return Math.floor(Date.now() / 1000);
}

function tell({ name, bytes, faults }) {
  say(`${faults.length === 0 ? '✓' : '✗'} ${name}, ${Math.ceil(bytes / 1024)} KiB`);
  for (const fault of faults) console.log(`          ${fault}`);
}

async function pictures(after) {
  const dashboards = readDashboards();
  await bundle();
  const folder = mkdtempSync(join(tmpdir(), 'berth-preview-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const { prometheus, pages, from: beginning, choices } = await world(folder, after);
  const server = await servePage();
  after(server.close);
  const browser = await openBrowser();
  after(() => browser.close());
  const out = resolve(values.out);
  mkdirSync(out, { recursive: true });
  const to = await aBitPast(tickSeconds);
  const span = { from: beginning ?? to - rangeSeconds, to, scrapeSeconds };
  const studio = { browser, server, prometheus, folder: out, choices };
  const taken = [];
  const take = async (picture) => {
    const done = await picture;
    tell(done);
    taken.push(done);
  };
  for (const dashboard of dashboards.filter(({ uid }) => isWanted(uid.replace(/^berth-/, ''))))
    await take(dashboardPicture(studio, dashboard, span));
  const more = values.page.map((text) => ({ name: text.split('=')[0], url: text.slice(text.indexOf('=') + 1) }));
  for (const page of [...pages, ...more].filter(({ name }) => isWanted(name))) await take(pagePicture(studio, page));
  const slowest = prometheus.slowest();
  if (slowest) say(`the slowest query took ${Math.round(slowest.ms)} ms: ${slowest.expression}`);
  const stray = strayEntries(dashboards);
  for (const fault of stray) console.log(`          ${fault}`);
  return { taken, faults: stray.length + taken.reduce((sum, { faults }) => sum + faults.length, 0) };
}

async function main() {
  if (values.help) return console.log(help);
  if (!(rangeSeconds >= 60)) throw new Error(`--minutes ${values.minutes}: at least 1 is needed for rates`);
  const endings = [];
  try {
    const { taken, faults } = await pictures((ending) => endings.unshift(ending));
    const bytes = taken.reduce((sum, picture) => sum + picture.bytes, 0);
    say(`${taken.length} pictures, ${Math.ceil(bytes / 1024)} KiB, ${faults} faults`);
    if (faults > 0) process.exitCode = 1;
  } finally {
    for (const ending of endings) await ending();
  }
}

await carryOut(main);
