/**
 * A contender as a process of its own: `worker.ts <database URL> <race> <owner> <count>`. Says `ready` when it has planned,
 * commits when told, and answers with its tally.
 */
import { once } from 'node:events';
import { createPostgresStore } from '../../../src/store/kysely/postgres/postgres.js';
import { raceCases, type RaceName } from './cases.js';
import { contend, policyOf } from './contend.js';
import { systemClock } from '../../../src/system.js';

const [url = '', name = '', owner = '', count = ''] = process.argv.slice(2);
const race = raceCases[name as RaceName];
const store = createPostgresStore({
  url,
  clock: systemClock,
  connections: 10,
  connectTimeoutMs: 60_000,
  policyOf: policyOf(race),
});
await store.open();
const ready = async (): Promise<void> => {
  process.send?.('ready');
  await once(process, 'message');
};
const tally = await contend(store, { owner, race, count: Number(count), ready });
await store.close();
process.send?.(tally, () => {
  process.disconnect();
});
