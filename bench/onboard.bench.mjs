/**
 * How much memory a package of gigabytes takes: one is streamed over HTTP into a simulated Berth whose resident memory
 * is read all the while. The package is made on the way and is nowhere as a whole but in Berth's data folder.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';
import { ensureBuilt } from '../scripts/lib/build.mjs';
import { inTop } from '../scripts/lib/paths.mjs';
import { choosePort, startBerth, stopBerth } from '../scripts/lib/quickstart/berth.mjs';
import { RunState } from '../scripts/lib/quickstart/state.mjs';
import { standInEntries } from '../scripts/lib/quickstart/stand-in.mjs';

export const description = 'memory and time of a server that takes a package of 4 GiB (BENCH_GIB for another size)';

const MiB = 1024 * 1024;
const largeBytes = Number(process.env.BENCH_GIB ?? 4) * 1024 * MiB;
/** The first package lets V8's young generation reach its full size, which costs the same whatever comes after. */
const firstBytes = 256 * MiB;
const limitMiB = 64;
const packages = '/vnfpkgm/v2/vnf_packages';
const block = randomBytes(MiB);

/** An artifact that no one can compress much, the same each time it is read. */
async function* blob(bytes) {
  for (let sent = 0; sent < bytes; sent += block.length) yield block.subarray(0, Math.min(block.length, bytes - sent));
}

async function sha256OfBlob(bytes) {
  const hash = createHash('sha256');
  for await (const chunk of blob(bytes)) hash.update(chunk);
  return hash.digest('hex');
}

/** The router with one more artifact, as a stream; the manifest vouches for it. */
async function archive(bytes) {
  const entries = await standInEntries();
  const path = 'Files/ballast.bin';
  const digest = `\nSource: ${path}\nAlgorithm: SHA-256\nHash: ${await sha256OfBlob(bytes)}\n`;
  const zip = new yazl.ZipFile();
  for (const [name, file] of entries) {
    zip.addBuffer(name.endsWith('.mf') ? Buffer.concat([file, Buffer.from(digest)]) : file, name, { mode: 0o100644 });
  }
  zip.addReadStream(Readable.from(blob(bytes)), path, { compress: false, size: bytes, mode: 0o100644 });
  zip.end();
  return zip.outputStream;
}

/** Resident memory of a process in bytes. */
function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) * 1024;
}

class Watch {
  #pid;
  #timer;

  constructor(pid) {
    this.#pid = pid;
    this.beforeBytes = memoryOf(pid);
    this.mostBytes = this.beforeBytes;
    this.#timer = setInterval(() => (this.mostBytes = Math.max(this.mostBytes, memoryOf(this.#pid))), 50);
  }

  /** How much it grew at most. */
  end() {
    clearInterval(this.#timer);
    return Number(((this.mostBytes - this.beforeBytes) / MiB).toFixed(1));
  }
}

async function upload({ origin, tokenFile }, id, content) {
  const headers = {
    authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}`,
    version: '2.1.0',
    'content-type': 'application/zip',
  };
  const sent = request(`${origin}${packages}/${id}/package_content`, { method: 'PUT', headers });
  const answered = new Promise((resolve, reject) => sent.once('response', resolve).once('error', reject));
  await pipeline(content, sent);
  const { statusCode } = await answered;
  if (statusCode !== 202) throw new Error(`the upload was answered with ${statusCode}`);
}

const ended = ({ onboardingState }) => ['ONBOARDED', 'ERROR'].includes(onboardingState);
const secondsSince = (from) => Number(((performance.now() - from) / 1000).toFixed(1));

/** Uploads one package and removes it; figures of memory and time. */
async function onboard(berth, bytes, say) {
  say(`upload and onboard ${(bytes / MiB).toFixed(0)} MiB`);
  const content = await archive(bytes);
  const { content: created } = await berth.api.request('POST', packages, { body: {} });
  const path = `${packages}/${created.id}`;
  const watch = new Watch(berth.pid);
  const from = performance.now();
  await upload(berth, created.id, content);
  const uploadSeconds = secondsSince(from);
  const info = await berth.api.until(path, ended, { limitMs: 1_800_000 });
  const growthMiB = watch.end();
  if (info.onboardingState !== 'ONBOARDED') throw new Error(JSON.stringify(info.onboardingFailureDetails));
  const onboardedSeconds = secondsSince(from);
  await berth.api.request('PATCH', path, { body: { operationalState: 'DISABLED' } });
  await berth.api.request('DELETE', path);
  return { mib: bytes / MiB, growthMiB, uploadSeconds, onboardedSeconds };
}

export async function bench(say) {
  await ensureBuilt();
  const state = new RunState(inTop('.berth', 'bench-onboard'));
  await stopBerth(state);
  const berth = await startBerth(state, {
    port: await choosePort(0),
    args: ['--simulated', '--fleet', '1', '--signature-policy', 'warn'],
  });
  try {
    const first = await onboard(berth, firstBytes, say);
    const large = await onboard(berth, largeBytes, say);
    if (large.growthMiB >= limitMiB) process.exitCode = 1;
    const rows = [
      ['package', 'resident memory grows by', 'uploaded in', 'onboarded after'],
      ...[first, large].map((one) => [
        `${one.mib} MiB`,
        `${one.growthMiB} MiB`,
        `${one.uploadSeconds} s`,
        `${one.onboardedSeconds} s`,
      ]),
    ];
    return { rows, figures: { first, large, limitMiB } };
  } finally {
    await stopBerth(state);
    state.forget();
  }
}
