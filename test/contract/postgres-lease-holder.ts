/** A replica that takes an operation, says which, and does nothing with it, so that it can be killed. */
import { createPostgresStore } from '../../src/store/kysely/postgres/postgres.js';
import { freeOnly } from './store-samples.js';
import { systemClock } from '../../src/system.js';

const store = createPostgresStore({ url: process.argv[2] ?? '', clock: systemClock, connections: 1 });
await store.open();
const leased = await store.leaseOperation(freeOnly('killed'));
process.send?.(leased?.work.id);
process.on('message', () => undefined);
