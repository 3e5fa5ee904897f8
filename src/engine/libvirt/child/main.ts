/**
 * A child process that speaks to libvirt for Berth. It exists so that a crash in native code is a message and a stuck
 * call can be killed. It has one thread, and loads only what its role needs: a thread of node's costs as much memory as
 * a process. It ends with its parent.
 */
import { systemClock } from '../../../system.js';
import type { FromChild, Role, ToChild } from '../protocol.js';
import { Connections } from './connections.js';
import { attend, beginEventLoop } from './event-loop.js';

/** Events are told within this time. */
const eventsEveryMs = 25;
/** Keepalive of connections that wait for their next call. */
const idleEveryMs = 1_000;

const tell = (message: FromChild): void => {
  if (process.connected) process.send?.(message);
};

function attendEvery(ms: number): void {
  systemClock.after(ms, () => {
    attend();
    attendEvery(ms);
  });
}

async function main(role: Role): Promise<void> {
  // Not exit(): that would wait for stuck native calls.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // The terminal's interrupt is for the parent, which stops us in order.
  process.on('SIGINT', () => undefined);

  const connections = new Connections();
  beginEventLoop();
  const calls = role === 'events' ? undefined : await import('./calls.js');
  const events = role === 'calls' ? undefined : (await import('./events.js')).createEvents(tell);

  process.on('message', (message: ToChild) => {
    if (message.type === 'call') calls?.answer(message, { connections, clock: systemClock }, tell);
    else if (message.type === 'listen') events?.listen(message.host, message.options);
    else {
      connections.close(message.host);
      events?.forget(message.host);
    }
  });
  attendEvery(role === 'calls' ? idleEveryMs : eventsEveryMs);
  tell({ type: 'ready' });
}

await main(process.argv[2] as Role);
