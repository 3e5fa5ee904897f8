/**
 * Shows the database that this process is alive: an advisory lock on a separate connection, under a number that is in
 * every row that the process takes (`lease_session`). The server releases the lock when the process ends, however it
 * ends, and keeps it while the process only hangs.
 *
 * The lock only saves waiting for the time of a lease; it guards nothing. While it is not held
 * (connection lost, no connection left, a pooler between) rows are taken without a number and leases run out as usual.
 */
import { randomInt } from 'node:crypto';
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { Client, type ClientConfig } from 'pg';
import { overEarly, type SteadyClock } from '../../../shared/clock.js';

/** "BERT": the first half of the key of every such lock, to distinguish them from other locks. */
const lockClass = 0x42455254;
const numbers = 2 ** 31;
/** If the check of the lock takes longer than this, the connection is taken as lost. */
const answerMs = 2_000;
const lookMs = 1_000;
/** Much shorter than the time that others wait after the lock is gone (`LeaseTimes.goneMs`). */
const againMs = 200;

const locks = sql`select objid::bigint from pg_locks
  where locktype = 'advisory' and granted and classid = ${sql.lit(lockClass)} and objsubid = 2
    and database = (select oid from pg_database where datname = current_database())`;

/** Of a row with `lease_session`; unknown (null) of one without. */
export const isSessionGone: RawBuilder<SqlBool> = sql<SqlBool>`lease_session::bigint not in (${locks})`;

/** Takes the lock unless this connection holds it; locks of one connection are counted, and one is enough. */
const hold = `select case
    when exists (select from pg_locks
      where locktype = 'advisory' and granted and classid = $1::int and objid = $2::int and objsubid = 2
        and pid = pg_backend_pid())
    then true else pg_try_advisory_lock($1::int, $2::int) end as held`;

export class PostgresSession {
  readonly #config: ClientConfig;
  readonly #clock: Pick<SteadyClock, 'sleep'>;
  #number = randomInt(1, numbers);
  #wasHeld = false;
  #isHeld = false;
  #isOver = false;
  #client: Client | undefined;
  #keeping: Promise<void> | undefined;
  #wake: () => void = () => undefined;

  constructor(config: ClientConfig, clock: Pick<SteadyClock, 'sleep'>) {
    this.#config = config;
    this.#clock = clock;
  }

  /** Null while the lock is not held. */
  number(): number | null {
    return this.#isHeld ? this.#number : null;
  }

  /** Resolves after the first attempt; from then on the lock is looked after until `end`. */
  async begin(): Promise<void> {
    if (this.#keeping !== undefined) return;
    const first = this.look();
    this.#keeping = first.then(() => this.keep());
    await first;
  }

  async end(): Promise<void> {
    this.#isOver = true;
    this.#wake();
    await this.#keeping;
    await this.drop();
  }

  private async keep(): Promise<void> {
    while (!this.#isOver) {
      await this.pause(this.#isHeld ? lookMs : againMs);
      if (!this.#isOver) await this.look();
    }
  }

  private pause(ms: number): Promise<void> {
    const over = new AbortController();
    this.#wake = () => {
      over.abort(overEarly);
    };
    return this.#clock.sleep(ms, over.signal);
  }

  /** Errors of the database are reported by the verbs that read and write. */
  private async look(): Promise<void> {
    try {
      this.#client ??= await this.connected();
      const { rows } = await this.#client.query<{ held: boolean }>(hold, [lockClass, this.#number]);
      this.note(rows[0]?.held === true);
    } catch {
      await this.drop();
    }
  }

  /** The number is kept once rows may have it, also while a lost connection of ours still holds the lock. */
  private note(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#wasHeld ||= isHeld;
    if (!this.#wasHeld) this.#number = randomInt(1, numbers);
  }

  private async connected(): Promise<Client> {
    const client = new Client({ ...this.#config, query_timeout: answerMs });
    const lost = (): void => {
      if (this.#client !== client) return;
      this.#client = undefined;
      this.#isHeld = false;
      this.#wake();
    };
    client.on('error', lost);
    client.on('end', lost);
    await client.connect();
    return client;
  }

  private async drop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#isHeld = false;
    await client?.end();
  }
}
