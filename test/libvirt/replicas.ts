/**
 * Two replicas of one Berth as processes, of which one after the other is killed and started again; and a client that asks
 * whichever answers, and finds out for itself what became of a request whose answer it never got.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { bodyOf, clientOf, listOf, type Client } from '../api/door.js';
import { instances, opOccs } from '../flow/router.js';
import type { BerthProcess } from './berth-program.js';
import { soon } from './soon.js';

type Json = Record<string, unknown>;

/** Nobody answered, or an answer was cut off: whether the request was carried out is not known. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

const answerLimitMs = 120_000;

export class Replicas {
  /** Undefined while it is started again. */
  readonly #running: (BerthProcess | undefined)[] = [];
  readonly #starting = new Set<Promise<void>>();
  readonly #start: () => Promise<BerthProcess>;
  #killing: Promise<void> | undefined;
  #isOver = false;
  kills = 0;
  /** Why a replica that was killed did not come back. */
  readonly faults: string[] = [];

  constructor(first: BerthProcess, start: () => Promise<BerthProcess>) {
    this.#running.push(first);
    this.#start = start;
  }

  /** Starts the second one. */
  async open(): Promise<void> {
    this.#running.push(await this.#start());
  }

  /** From now on one is killed every `everyMs`, in turn, or as soon after that as both are up. */
  killEvery(everyMs: number): void {
    this.#killing = this.#killInTurn(everyMs);
  }

  /** Both run afterwards. */
  async stopKilling(): Promise<void> {
    this.#isOver = true;
    await this.#killing;
    await Promise.all(this.#starting);
  }

  /** Stops the one of that number (SIGSTOP); the answer lets it go on. */
  freeze(which: number): () => void {
    const pid = this.#running[which]?.pid;
    if (pid === undefined) throw new Error(`replica ${which} does not run`);
    process.kill(pid, 'SIGSTOP');
    return () => void process.kill(pid, 'SIGCONT');
  }

  /** Of the replica of that number only. */
  of(which: number): Client {
    const one = this.#running[which];
    if (one === undefined) throw new Error(`replica ${which} does not run`);
    return one;
  }

  /** Asks whoever runs. Reads are asked again, of another; what changes something throws `NoAnswer`. */
  get client(): Client {
    const ask: Client['ask'] = async (path, init) => {
      if (init?.method !== undefined && init.method !== 'GET') return this.#once(path, init);
      return soon(() => this.#once(path, init).catch(unlessUnanswered), `nobody answers ${path}`, answerLimitMs, 200);
    };
    return { ...clientOf('http://whoever'), ask, send: sendBy(ask) };
  }

  async #once(path: string, init: Parameters<Client['ask']>[1]): Promise<Response> {
    const up = this.#running.filter((one) => one !== undefined);
    const one = up[Math.floor(Math.random() * up.length)];
    if (one === undefined) throw new NoAnswer('none runs');
    try {
      const response = await one.ask(new URL(path, one.origin).pathname + new URL(path, one.origin).search, init);
      // The whole of it, before the process can be killed.
      const body = response.status === 204 ? null : await response.arrayBuffer();
      return new Response(body, response);
    } catch (error) {
      throw new NoAnswer(`${init?.method ?? 'GET'} ${path}`, { cause: error });
    }
  }

  async #killInTurn(everyMs: number): Promise<void> {
    for (let which = 0; !this.#isOver; which = 1 - which) {
      await sleep(everyMs);
      const one = await soon(
        () => (this.faults.length > 0 ? 'none' : this.#running[1 - which] && this.#running[which]),
        'no replica comes back',
      );
      if (one === 'none') return;
      this.#running[which] = undefined;
      await one.kill();
      this.kills += 1;
      this.#startAgain(which);
    }
  }

  #startAgain(which: number): void {
    const starting: Promise<void> = this.#start()
      .then((one) => {
        this.#running[which] = one;
      })
      .catch((error: unknown) => {
        this.faults.push(String(error));
      })
      .finally(() => this.#starting.delete(starting));
    this.#starting.add(starting);
  }
}

const sendBy =
  (ask: Client['ask']): Client['send'] =>
  (method, path, body, headers = {}) => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    return ask(path, { method, body: JSON.stringify(body), headers: { 'content-type': type, ...headers } });
  };

function unlessUnanswered(error: unknown): undefined {
  if (!(error instanceof NoAnswer)) throw error;
  return undefined;
}

const pauseMs = 300;

/** Sends until it is answered; after a request without an answer `look` says whether it was carried out. */
async function surely<T>(
  send: () => Promise<T | undefined>,
  look: () => Promise<T | undefined>,
  what: string,
): Promise<T> {
  return soon(
    async () => {
      try {
        return await send();
      } catch (error) {
        unlessUnanswered(error);
        return look();
      }
    },
    `${what} is not carried out`,
    answerLimitMs,
    pauseMs,
  );
}

const expectStatus = async (response: Response, ...wanted: readonly number[]): Promise<void> => {
  if (wanted.includes(response.status)) return;
  throw new Error(`${response.status} instead of ${wanted.join(' or ')}: ${await response.text()}`);
};

/** A new instance of a name that no other has; answers its id. */
export function surelyCreated(client: Client, vnfdId: string, vnfInstanceName: string): Promise<string> {
  return surely(
    async () => {
      const response = await client.send('POST', instances, { vnfdId, vnfInstanceName });
      await expectStatus(response, 201);
      return String((await bodyOf(response))['id']);
    },
    async () => {
      const filter = encodeURIComponent(`(eq,vnfInstanceName,${vnfInstanceName})`);
      const [found] = await listOf(await client.ask(`${instances}?filter=${filter}`));
      return found && String(found['id']);
    },
    `the creation of ${vnfInstanceName}`,
  );
}

/** Asks for an operation; answers the path of the one occurrence that this has made. */
export async function surelyBegun(client: Client, id: string, task: string, body: unknown): Promise<string> {
  const occurrences = async (): Promise<readonly string[]> => {
    const filter = encodeURIComponent(`(eq,vnfInstanceId,${id})`);
    return (await listOf(await client.ask(`${opOccs}?filter=${filter}`))).map((occ) => String(occ['id']));
  };
  const before = await occurrences();
  const look = async (): Promise<string | undefined> => {
    const [made, ...more] = (await occurrences()).filter((one) => !before.includes(one));
    if (more.length > 0) throw new Error(`${task} of ${id} was begun more than once`);
    return made && `${opOccs}/${made}`;
  };
  return surely(
    async () => {
      const response = await client.send('POST', `${instances}/${id}/${task}`, body);
      // Of a request whose answer was lost.
      const made = response.status === 409 ? await look() : undefined;
      if (made !== undefined) return made;
      await expectStatus(response, 202);
      return new URL(response.headers.get('location') ?? '').pathname;
    },
    look,
    `${task} of ${id}`,
  );
}

/** Deletes a resource, or finds that it has. */
export function surelyDeleted(client: Client, path: string): Promise<true> {
  let isAsked = false;
  return surely(
    async () => {
      const wanted = isAsked ? [204, 404] : [204];
      isAsked = true;
      await expectStatus(await client.ask(path, { method: 'DELETE' }), ...wanted);
      return true as const;
    },
    () => Promise.resolve(undefined),
    `the deletion of ${path}`,
  );
}

/** Changes a resource to what it may be already. */
export function surelyPatched(client: Client, path: string, change: Json): Promise<true> {
  return surely(
    async () => {
      await expectStatus(await client.send('PATCH', path, change), 200, 409);
      return true as const;
    },
    () => Promise.resolve(undefined),
    `the change of ${path}`,
  );
}
