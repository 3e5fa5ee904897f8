/**
 * A headless Chromium for one suite, spoken to by its debugging protocol. Dies with the test process.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { existsSync } from 'node:fs';

const program = '/usr/bin/chromium';

/** Why there is no browser; undefined when there is one. */
export const missingBrowser = (): string | undefined =>
  existsSync(program) ? undefined : 'no chromium here (Debian package chromium)';

type Json = Readonly<Record<string, unknown>>;

export interface Page {
  /** Leads there, and waits until it has loaded. */
  open(url: string): Promise<void>;
  /** The value of an expression in the page, as JSON. */
  value<T>(expression: string): Promise<T>;
  /** Until the expression is true; ten seconds at most. */
  until(expression: string): Promise<void>;
  look(width: number, height: number, scheme: 'light' | 'dark'): Promise<void>;
  /** PNG of the whole page. */
  picture(): Promise<Buffer>;
  /** What the page complained of since it was opened: refused loads and errors of scripts. */
  readonly complaints: readonly string[];
}

export interface Browser {
  readonly page: Page;
  close(): Promise<void>;
}

export async function openBrowser(): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-browser-'));
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
  const own = [`--user-data-dir=${folder}`, '--remote-debugging-port=0', '--hide-scrollbars', 'about:blank'];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...flags, ...own], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  const origin = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      const found = /DevTools listening on ws:\/\/([^/]+)\//.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`chromium ended: ${said.slice(-500)}`)));
  });
  const targets = (await (await fetch(`http://${origin}/json/list`)).json()) as readonly Json[];
  const target = targets.find(({ type }) => type === 'page');
  const socket = new WebSocket(String(target?.['webSocketDebuggerUrl']));
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  return {
    page: await pageOn(socket),
    close: async () => {
      socket.close();
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

async function pageOn(socket: WebSocket): Promise<Page> {
  const waiting = new Map<number, (answer: Json) => void>();
  const complaints: string[] = [];
  let loaded: () => void = () => undefined;
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as { id?: number; method?: string; params?: Json } & Json;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    if (message.method === 'Page.loadEventFired') loaded();
    if (message.method === 'Log.entryAdded') complaints.push(JSON.stringify(message.params?.['entry']));
    if (message.method === 'Runtime.exceptionThrown') complaints.push(JSON.stringify(message.params));
  });
  const call = async (method: string, params: Json = {}): Promise<Json> => {
    last += 1;
    const id = last;
    const answer = await new Promise<Json>((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
    if (answer['error'] !== undefined) throw new Error(`${method}: ${JSON.stringify(answer['error'])}`);
    return answer['result'] as Json;
  };
  const value = async <T>(expression: string): Promise<T> => {
    const answer = await call('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    if (answer['exceptionDetails'] !== undefined) throw new Error(JSON.stringify(answer['exceptionDetails']));
    return (answer['result'] as { value: T }).value;
  };
  /** A link that was followed may take the page away while it is asked: then the next one is. */
  const asked = async (wait: string): Promise<boolean> => {
    for (;;) {
      try {
        return await value<boolean>(wait);
      } catch (error) {
        const isLeft = error instanceof Error && /navigated or closed|context was destroyed/.test(error.message);
        if (!isLeft || socket.readyState !== WebSocket.OPEN) throw error;
      }
    }
  };
  for (const part of ['Page', 'Runtime', 'Log']) await call(`${part}.enable`);
  return {
    value,
    complaints,
    open: async (url) => {
      complaints.length = 0;
      const done = new Promise<void>((resolve) => (loaded = resolve));
      await call('Page.navigate', { url });
      await done;
    },
    until: async (expression) => {
      const wait = `new Promise((resolve) => { const end = Date.now() + 10000;
        const look = () => { if (${expression}) resolve(true); else if (Date.now() > end) resolve(false); else setTimeout(look, 20); };
        look(); })`;
      if (!(await asked(wait)))
        throw new Error(
          `not within 10 s: ${expression}; the page says: ${await value<string>('document.body.innerText')}`,
        );
    },
    look: async (width, height, scheme) => {
      await call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 600 });
      await call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
    },
    picture: async () => {
      const { data } = await call('Page.captureScreenshot', { captureBeyondViewport: true });
      return Buffer.from(String(data), 'base64');
    },
  };
}
