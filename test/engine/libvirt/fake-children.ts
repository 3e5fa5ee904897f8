/** Child processes that do what a test says. */
import type { Child, ChildListener, MakeChild } from '../../../src/engine/libvirt/processes/engine-child.js';
import type { CallOptions } from '../../../src/engine/libvirt/calls/context.js';
import type { Job } from '../../../src/engine/libvirt/processes/seat.js';
import type { CallRequest, Role, ToChild } from '../../../src/engine/libvirt/protocol.js';
import { hostId } from '../../../src/shared/ids.js';

export class FakeChild implements Child {
  isReady = false;
  isGone = false;
  readonly sent: ToChild[] = [];

  constructor(
    readonly role: Role,
    readonly pid: number,
    readonly listener: ChildListener,
  ) {}

  send(message: ToChild): void {
    this.sent.push(message);
  }

  kill(reason: string): void {
    this.die(reason);
  }

  end(): Promise<void> {
    this.isGone = true;
    this.isReady = false;
    return Promise.resolve();
  }

  start(): this {
    this.isReady = true;
    this.listener.ready();
    return this;
  }

  die(reason = 'killed'): void {
    this.isGone = true;
    this.isReady = false;
    this.listener.ended(reason);
  }

  calls(): readonly CallRequest[] {
    return this.sent.filter((each) => each.type === 'call');
  }

  answer(): void {
    this.listener.message({ type: 'result', id: this.calls().at(-1)?.id ?? 0, value: undefined });
  }
}

export function fakeChildren(): { readonly made: FakeChild[]; readonly makeChild: MakeChild } {
  const made: FakeChild[] = [];
  const makeChild: MakeChild = (role, listener) => {
    const child = new FakeChild(role, made.length + 1, listener);
    made.push(child);
    return child;
  };
  return { made, makeChild };
}

export const callOptions = { uri: 'qemu+tls://n1/system' } as unknown as CallOptions;

/** What becomes of a call is written down. */
export function job(id: number, host: string, told: string[] = []): Job {
  return {
    request: { type: 'call', id, host: hostId(host), options: callOptions, name: 'reach', args: [] },
    begun: () => told.push(`${String(id)} begun`),
    answered: ({ type }) => told.push(`${String(id)} ${type}`),
    lost: (reason) => told.push(`${String(id)} lost: ${reason}`),
  };
}
