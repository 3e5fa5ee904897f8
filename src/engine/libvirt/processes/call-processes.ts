/**
 * The processes of a pool that run calls, each one call at a time, of any host of the pool. One is kept; more are
 * started when calls have waited, and end when they have been idle for a while. So a call that is stuck costs the other
 * hosts of the pool at most `patienceMs` and the start of a process, and killing it costs them nothing.
 *
 * There are at most `most`, and one more for each host that would otherwise have none.
 */
import type { Clock, Timer } from '../../../shared/clock.js';
import type { HostId } from '../../../shared/ids.js';
import type { FromEvents, Role } from '../protocol.js';
import type { Child, MakeChild } from './engine-child.js';
import type { Job } from './seat.js';

export interface CallProcessesOptions {
  readonly clock: Clock;
  readonly role: Exclude<Role, 'events'>;
  readonly most: number;
  readonly mayExceed: boolean;
  readonly makeChild: MakeChild;
  /** One ended by itself, or had to be ended because a call was stuck. */
  readonly broke: () => void;
  /** Of a process that listens too. */
  readonly told?: (message: FromEvents) => void;
  /** One ended by itself, and no call with it. */
  readonly ended?: (reason: string) => void;
}

interface Process {
  readonly child: Child;
  /** Hosts that it has had calls of, and so a connection to. */
  readonly hosts: Set<HostId>;
  wasReady: boolean;
  job: Job | undefined;
  retiring: Timer | undefined;
}

interface Waiting {
  readonly job: Job;
  readonly sinceMs: number;
}

/** As long as a call waits for one of the processes that are there. */
const patienceMs = 50;
/** After one that could not start, while others are there. */
const afterFailureMs = 1_000;
const idleMs = 60_000;
const kept = 1;

export class CallProcesses {
  readonly #options: CallProcessesOptions;
  readonly #processes = new Set<Process>();
  #waiting: readonly Waiting[] = [];
  #growing: Timer | undefined;
  #notBeforeMs = 0;

  constructor(options: CallProcessesOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#processes.size;
  }

  run(job: Job): void {
    this.#waiting = [...this.#waiting, { job, sinceMs: this.#options.clock.elapsedMs() }];
    this.#fill();
  }

  /** Tells every process. */
  send(message: Parameters<Child['send']>[0]): void {
    for (const { child } of this.#processes) child.send(message);
  }

  endCalls(host: HostId): void {
    this.#waiting = this.#waiting.filter(({ job }) => hostOf(job) !== host);
    for (const process of this.#processes) {
      if (process.job === undefined || hostOf(process.job) !== host) continue;
      void this.#end(process);
      this.#options.broke();
    }
    this.#fill();
  }

  /** Also closes its connections. */
  forget(host: HostId): void {
    this.endCalls(host);
    for (const process of this.#processes) {
      if (process.hosts.delete(host)) process.child.send({ type: 'forget', host });
    }
  }

  async end(): Promise<void> {
    this.#growing?.cancel();
    this.#growing = undefined;
    this.#waiting = [];
    await Promise.all([...this.#processes].map((process) => this.#end(process)));
  }

  /** Of calls that wait, those of hosts that have the fewest running come first. */
  #fill(): void {
    for (;;) {
      const idle = [...this.#processes].filter(({ child, job }) => child.isReady && job === undefined);
      const next = idle.length === 0 ? undefined : this.#next();
      if (next === undefined) break;
      const process = idle.find(({ hosts }) => hosts.has(hostOf(next.job))) ?? idle[0];
      if (process === undefined) break;
      this.#waiting = this.#waiting.filter((each) => each !== next);
      this.#start(process, next.job);
    }
    this.#growLater();
  }

  #next(): Waiting | undefined {
    const fewest = Math.min(...this.#waiting.map(({ job }) => this.#running(hostOf(job))));
    return this.#waiting.find(({ job }) => this.#running(hostOf(job)) === fewest);
  }

  #running(host: HostId): number {
    return [...this.#processes].filter(({ job }) => job !== undefined && hostOf(job) === host).length;
  }

  #start(process: Process, job: Job): void {
    process.retiring?.cancel();
    process.job = job;
    process.hosts.add(hostOf(job));
    process.child.send(job.request);
    job.begun();
  }

  /** One start at a time: what it brings is seen before the next one. Whatever ends or begins comes here again. */
  #growLater(): void {
    const [first] = this.#waiting;
    if (first === undefined || this.#growing !== undefined) return;
    const fromMs = Math.max(first.sinceMs + patienceMs, this.#notBeforeMs);
    const waitMs = this.#processes.size === 0 ? 0 : Math.max(0, fromMs - this.#options.clock.elapsedMs());
    this.#growing = this.#options.clock.after(waitMs, () => {
      this.#growing = undefined;
      if (this.#mayGrow()) this.#spawn();
    });
  }

  #mayGrow(): boolean {
    const isStarting = [...this.#processes].some(({ child }) => !child.isReady);
    if (this.#waiting.length === 0 || isStarting) return false;
    if (this.#processes.size < this.#options.most) return true;
    return this.#options.mayExceed && this.#waiting.some(({ job }) => this.#running(hostOf(job)) === 0);
  }

  #spawn(): void {
    const process: Process = {
      child: this.#options.makeChild(this.#options.role, {
        ready: () => {
          process.wasReady = true;
          this.#idle(process);
        },
        message: (message) => {
          if ('id' in message) this.#answered(process, message);
          else this.#options.told?.(message);
        },
        ended: (reason) => {
          this.#ended(process, reason);
        },
      }),
      hosts: new Set(),
      wasReady: false,
      job: undefined,
      retiring: undefined,
    };
    this.#processes.add(process);
  }

  #answered(process: Process, reply: Parameters<Job['answered']>[0]): void {
    const { job } = process;
    if (reply.type !== 'progress') process.job = undefined;
    job?.answered(reply);
    if (process.job === undefined) this.#idle(process);
  }

  #idle(process: Process): void {
    this.#fill();
    if (process.job !== undefined) return;
    process.retiring?.cancel();
    process.retiring = this.#options.clock.after(idleMs, () => {
      if (this.#processes.size > kept) void this.#end(process);
    });
    process.retiring.unref();
  }

  #ended(process: Process, reason: string): void {
    this.#drop(process);
    this.#options.broke();
    if (!process.wasReady) this.#notBeforeMs = this.#options.clock.elapsedMs() + afterFailureMs;
    // Where there is none and none can start, waiting is in vain.
    const waiting = process.wasReady || this.#processes.size > 0 ? [] : this.#waiting;
    this.#waiting = this.#waiting.filter((each) => !waiting.includes(each));
    const jobs = [process.job, ...waiting.map(({ job }) => job)].filter((job) => job !== undefined);
    for (const job of jobs) job.lost(reason);
    if (jobs.length === 0) this.#options.ended?.(reason);
    this.#fill();
  }

  #end(process: Process): Promise<void> {
    this.#drop(process);
    return process.child.end();
  }

  #drop(process: Process): void {
    process.retiring?.cancel();
    this.#processes.delete(process);
    if (this.#processes.size > 0) return;
    // Nobody is there to be waited for.
    this.#growing?.cancel();
    this.#growing = undefined;
  }
}

const hostOf = ({ request }: Job): HostId => request.host;
