/**
 * Bodies that begin and do not end, packages that come in single bytes, and many askers at one moment.
 */
import { once } from 'node:events';
import { sleep } from '../scripts/lib/time.mjs';

const MiB = 1024 * 1024;
const instances = '/vnflcm/v2/vnf_instances';
const packages = '/vnfpkgm/v2/vnf_packages';

const head = ({ token }, method, path, version, headers) =>
  [
    `${method} ${path} HTTP/1.1`,
    ...['host: berth', `authorization: Bearer ${token}`, `version: ${version}`],
    ...headers,
    '\r\n',
  ].join('\r\n');

async function newPackages({ api }, count) {
  const ids = [];
  while (ids.length < count) ids.push((await api.request('POST', packages, { body: {} })).content.id);
  return ids;
}

const upload = (server, id, headers) =>
  head(server, 'PUT', `${packages}/${id}/package_content`, '2.1.0', ['content-type: application/zip', ...headers]);

async function inState({ api }, id, state) {
  for (let tries = 0; tries < 600; tries += 1, await sleep(50)) {
    if ((await api.get(`${packages}/${id}`)).onboardingState === state) return;
  }
  throw new Error(`package ${id} is not in ${state} after 30 s`);
}

/** Each leaves a package that has to be written down as failed. */
async function brokenOff(server, count) {
  const ids = await newPackages(server, count);
  const sockets = await Promise.all(ids.map((id) => server.hold(`${upload(server, id, ['content-length: 999'])}PK`)));
  for (const id of ids) await inState(server, id, 'UPLOADING');
  sockets.forEach((socket) => socket.destroy());
  for (const id of ids) await inState(server, id, 'ERROR');
}

async function neverEnding(server, count) {
  const said = head(server, 'POST', instances, '2.0.0', ['content-type: application/json', `content-length: ${MiB}`]);
  const most = `{"vnfdId":"${'x'.repeat(MiB - 1000)}`;
  const sockets = await Promise.all(Array.from({ length: count }, () => server.hold(said + most)));
  try {
    await sleep(2000);
    return { healthMs: await server.healthMs() };
  } finally {
    sockets.forEach((socket) => socket.destroy());
  }
}

async function askTogether({ origin, token }, path, count) {
  const headers = { authorization: `Bearer ${token}`, version: '2.0.0' };
  const one = async () => (await (await fetch(origin + path, { headers })).text()).length;
  return { answerBytes: Math.max(...(await Promise.all(Array.from({ length: count }, one)))) };
}

async function singleBytes(server, count) {
  const [id] = await newPackages(server, 1);
  const socket = await server.hold(upload(server, id, ['transfer-encoding: chunked']));
  const some = '1\r\nx\r\n'.repeat(1000);
  for (let sent = 0; sent < count; sent += 1000) {
    if (!socket.write(some)) await once(socket, 'drain');
  }
  socket.end('0\r\n\r\n');
  await inState(server, id, 'ERROR');
  socket.destroy();
}

/** As `attacks` of hostile-requests. */
export const bodies = [
  { name: '300 uploads broken off at once', run: (server) => brokenOff(server, 300) },
  { name: '60 bodies of 1 MiB that never end', run: (server) => neverEnding(server, 60) },
  { name: '1,000 lists asked for at once', run: (server) => askTogether(server, instances, 1000) },
  { name: 'a package in 300,000 chunks of one byte', run: (server) => singleBytes(server, 300_000) },
];
