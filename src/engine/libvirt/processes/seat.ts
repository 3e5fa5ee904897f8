/** What a host has in a pool of processes, and what it hears from there. */
import type { HostId } from '../../../shared/ids.js';
import type { CallOptions } from '../calls/context.js';
import type { CallReply, CallRequest, HostNotice } from '../protocol.js';

/** A call on its way through a process. */
export interface Job {
  readonly request: CallRequest;
  /** A process has it now. */
  begun(): void;
  answered(reply: CallReply): void;
  /** The process that had it, or should have had it, ended by itself. */
  lost(reason: string): void;
}

/** A host as its pool sees it. */
export interface Member {
  readonly host: HostId;
  readonly options: CallOptions;
  readonly connectTimeoutMs: number;
  connected(): void;
  disconnected(reason: string): void;
  notice(notice: HostNotice): void;
  /** The process that listened ended. With `alone`, this host is better kept from others. */
  lost(reason: string, alone: boolean): void;
}

export interface Seat {
  /** A process listens for this host's events, or can. */
  readonly isUp: boolean;
  readonly isAlone: boolean;
  run(job: Job): void;
  /** Opens a connection for events. The member hears `connected`, `disconnected` or `lost`. */
  listen(): void;
  /** Closes the connection for events. */
  silence(): void;
  /** Ends the processes that run calls of this host; nothing more is heard of those calls. */
  endCalls(): void;
  /** Resolves when processes that only served this host are gone. */
  leave(): Promise<void>;
}
