import { describe, expect, it } from '@jest/globals';
import { postgresTrouble } from '../../../src/store/kysely/postgres/postgres-trouble.js';
import { sqliteTrouble } from '../../../src/store/kysely/sqlite/sqlite-trouble.js';

const failed = (code: string, message = 'no'): Error => Object.assign(new Error(message), { code });
const file = '/var/lib/berth.sqlite';

describe('errors of SQLite', () => {
  it.each([
    ['SQLITE_FULL', 'full', 507],
    ['SQLITE_IOERR_WRITE', 'unavailable', 503],
    ['SQLITE_IOERR_FSYNC', 'unavailable', 503],
    ['SQLITE_READONLY_DBMOVED', 'unavailable', 503],
    ['SQLITE_CANTOPEN', 'unavailable', 503],
    ['SQLITE_CORRUPT', 'damaged', 500],
    ['SQLITE_CORRUPT_INDEX', 'damaged', 500],
    ['SQLITE_NOTADB', 'damaged', 500],
  ])('%s is %s, answered %i with the file and what to do', async (code, kind, status) => {
    const trouble = await sqliteTrouble(failed(code), file);
    expect([trouble?.kind, trouble?.problem.status]).toEqual([kind, status]);
    expect(trouble?.message).toContain(file);
  });

  it.each(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_ERROR', 'SQLITE_BUSY', ''])('%s is none of it', async (code) => {
    expect(await sqliteTrouble(failed(code), file)).toBeUndefined();
  });
});

describe('errors of PostgreSQL', () => {
  const name = 'the PostgreSQL database "berth"';
  it.each([
    ['53100', 'full', 507],
    ['53200', 'unavailable', 503],
    ['53300', 'unavailable', 503],
    ['57P01', 'unavailable', 503],
    ['57P03', 'unavailable', 503],
    ['08006', 'unavailable', 503],
    ['25006', 'unavailable', 503],
    ['58030', 'unavailable', 503],
    ['ECONNREFUSED', 'unavailable', 503],
    ['ECONNRESET', 'unavailable', 503],
    ['XX001', 'damaged', 500],
    ['XX002', 'damaged', 500],
  ])('%s is %s, answered %i with the database and the words of the server', (code, kind, status) => {
    const trouble = postgresTrouble(failed(code, 'the words of the server'), name);
    expect([trouble?.kind, trouble?.problem.status]).toEqual([kind, status]);
    expect(trouble?.message).toMatch(/PostgreSQL database "berth".*the words of the server/);
  });

  it.each([['23505'], ['40001'], ['42P01'], ['22021'], ['']])('%s is none of it', (code) => {
    expect(postgresTrouble(failed(code), name)).toBeUndefined();
  });

  it.each(['ENOENT', 'EACCES'])('a local socket that answers %s is the database out of reach', (code) => {
    const socket = { syscall: 'connect', address: '/run/postgresql/.s.PGSQL.5432' };
    expect(postgresTrouble(Object.assign(failed(code), socket), name)?.kind).toBe('unavailable');
    expect(postgresTrouble(Object.assign(failed(code), { syscall: 'open' }), name)).toBeUndefined();
  });

  it('a connection that ends without a code is the database out of reach', () => {
    const trouble = postgresTrouble(new Error('Connection terminated unexpectedly'), name);
    expect(trouble?.kind).toBe('unavailable');
  });
});
