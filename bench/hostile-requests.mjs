/**
 * What one client can do to the others: requests that are small to send and dear to answer, connections that are held,
 * paths that fill the log.
 */
import { sleep } from '../scripts/lib/time.mjs';
import { bodies } from './hostile-bodies.mjs';
import { subscribers } from './hostile-subscribers.mjs';

const instances = '/vnflcm/v2/vnf_instances';
const json = { 'content-type': 'application/json' };

const manyLinks = `{"flavourId":"simple","extVirtualLinks":[${'{},'.repeat(339_999)}{}]}`;
const nested = (depth) => `{"vnfdId":"x","metadata":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
const longName = JSON.stringify({ vnfdId: 'x', vnfInstanceName: 'n'.repeat(900_000) });

/** Resolves to the bytes of the answer, whatever its status. */
async function post({ origin, token }, path, body) {
  const headers = { ...json, authorization: `Bearer ${token}`, version: '2.0.0' };
  const response = await fetch(new URL(path, origin), { method: 'POST', body, headers });
  return (await response.text()).length;
}

const together = async (count, work) => Math.max(...(await Promise.all(Array.from({ length: count }, work))));

async function stuck(server, count, text) {
  const held = [];
  try {
    while (held.length < count) held.push(...(await Promise.all(Array.from({ length: 32 }, () => server.hold(text)))));
    return { healthMs: await server.healthMs() };
  } finally {
    held.forEach((socket) => socket.destroy());
  }
}

const refusedHead = `POST ${instances} HTTP/1.1\r\nhost: berth\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`;

async function longPaths({ origin }, count) {
  const one = async () => {
    const response = await fetch(`${origin}/${'x'.repeat(15_000)}`, { method: 'POST', body: '{}', headers: json });
    await response.text();
  };
  for (let sent = 0; sent < count; sent += 50) await Promise.all(Array.from({ length: 50 }, one));
}

/** Changes that are logged, more than a pipe holds, while nobody reads the log. */
async function stalledLog(server) {
  server.stallLog();
  try {
    for (let round = 0; round < 100; round += 1) {
      const body = JSON.stringify({ userDefinedData: { round: String(round) } });
      await Promise.all(Array.from({ length: 10 }, () => post(server, '/vnfpkgm/v1/vnf_packages', body)));
    }
    return { healthMs: await server.healthMs() };
  } finally {
    server.readLog();
  }
}

async function logOf(server, work) {
  const before = server.logBytes;
  await work();
  await sleep(200);
  return (server.logBytes - before) / 1024 / 1024;
}

/** `run` resolves to `{ answerBytes, logMiB, healthMs }`, as far as it has them. */
export const attacks = [
  {
    name: '340,000 external links, once',
    run: async (server) => ({ answerBytes: await post(server, `${instances}/x/instantiate`, manyLinks) }),
  },
  {
    name: '340,000 external links, twelve at once',
    run: async (server) => ({
      answerBytes: await together(12, () => post(server, `${instances}/x/instantiate`, manyLinks)),
    }),
  },
  {
    name: 'metadata nested 4,387 and 100,000 deep',
    run: async (server) => ({
      answerBytes: Math.max(
        await post(server, instances, nested(4387)),
        await post(server, instances, nested(100_000)),
      ),
    }),
  },
  {
    name: 'names of 900 kB, twelve at once',
    run: async (server) => ({ answerBytes: await together(12, () => post(server, instances, longName)) }),
  },
  { name: '512 connections that say nothing', run: (server) => stuck(server, 512, '') },
  { name: '512 refused bodies that never end', run: (server) => stuck(server, 512, refusedHead) },
  { name: '1,500 heads that never end', run: (server) => stuck(server, 1500, 'GET /healthz HTTP/1.1\r\nhost: b\r\n') },
  {
    name: '2,000 refused requests with paths of 15 kB',
    run: async (server) => ({ logMiB: await logOf(server, () => longPaths(server, 2000)) }),
  },
  { name: 'a reader of the log that stalls', run: stalledLog },
  ...bodies,
  ...subscribers,
];
