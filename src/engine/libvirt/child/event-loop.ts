/**
 * libvirt's event loop of this process: events, keepalive, and the end of connections. A native call attends to its own
 * connection while it waits; the others are attended to between calls.
 */
import { EventAddTimeout, EventRegisterDefaultImpl, EventRunDefaultImpl, nothing, SetErrorFunc } from '../bindings.js';
import { check } from '../native.js';

/** What one round reads the next one delivers. */
const rounds = 3;

/** Before the first connection. */
export function beginEventLoop(): void {
  // libvirt would print errors to standard error.
  SetErrorFunc(null, nothing);
  check(EventRegisterDefaultImpl());
  // A timer that is always due: no round ever waits.
  check(EventAddTimeout(0, nothing, null, null));
}

export function attend(): void {
  for (let round = 0; round < rounds; round += 1) check(EventRunDefaultImpl());
}
