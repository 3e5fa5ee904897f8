/**
 * Loaded into a server that is measured: answers each message with what it took since the last one, and ends the server
 * when whoever measures is gone.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const everyMs = 1;
const delay = monitorEventLoopDelay({ resolution: everyMs });
delay.enable();
let cpuBefore = process.cpuUsage();

const lagMs = (nanoseconds) => Number(Math.max(0, nanoseconds / 1e6 - everyMs).toFixed(1));

function figures() {
  const { user, system } = process.cpuUsage(cpuBefore);
  const { rss, heapUsed } = process.memoryUsage();
  const answer = {
    lagP99Ms: lagMs(delay.percentile(99)),
    lagMaxMs: lagMs(delay.max),
    cpuMs: (user + system) / 1000,
    rssMiB: rss / 2 ** 20,
    heapMiB: heapUsed / 2 ** 20,
  };
  delay.reset();
  cpuBefore = process.cpuUsage();
  return answer;
}

process.on('message', (wish) => {
  // Twice: what the first finds finalised, the second frees.
  if (wish === 'collect') for (let round = 0; round < 2; round += 1) globalThis.gc();
  process.send(figures());
});
process.on('disconnect', () => process.exit(1));
