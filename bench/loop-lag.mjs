/**
 * Loaded into a server that is measured: answers each message with how long its event loop was blocked at most since the
 * last one, by the clock and by the processor time that its thread took. On a machine that is busy with other things the
 * clock counts these too.
 */
const everyMs = 2;
let longest = { lagMs: 0, blockedMs: 0 };
let last = { clockMs: performance.now(), threadMs: threadMs() };

function threadMs() {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

setInterval(() => {
  const now = { clockMs: performance.now(), threadMs: threadMs() };
  longest = {
    lagMs: Math.max(longest.lagMs, Math.round(now.clockMs - last.clockMs - everyMs)),
    blockedMs: Math.max(longest.blockedMs, Math.round(now.threadMs - last.threadMs)),
  };
  last = now;
}, everyMs).unref();

process.on('message', () => {
  process.send(longest);
  longest = { lagMs: 0, blockedMs: 0 };
});
// Whoever measures may go first.
process.channel.unref();
