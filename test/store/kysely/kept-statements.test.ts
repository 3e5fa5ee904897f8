import { expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { KeptStatements } from '../../../src/store/kysely/sqlite/kept-statements.js';

const memory = (): KeptStatements => new KeptStatements(new Database(':memory:'));

it('the same text is the same statement', () => {
  const kept = memory();
  expect(kept.prepare('select 1')).toBe(kept.prepare('select 1'));
  kept.close();
});

it('keeps those that were used last, however many there are', () => {
  const kept = memory();
  const [often, seldom] = [kept.prepare('select 0'), kept.prepare('select 1')];
  for (let at = 2; at < 1000; at += 1) {
    kept.prepare(`select ${String(at)}`);
    kept.prepare('select 0');
  }
  expect(kept.prepare('select 0')).toBe(often);
  expect(kept.prepare('select 1')).not.toBe(seldom);
  kept.close();
});

it('answers the columns that a table has after it was changed', () => {
  const kept = memory();
  kept.prepare('create table t (a)').run([]);
  kept.prepare('insert into t values (1)').run([]);
  expect(kept.prepare('select * from t').all([])).toEqual([{ a: 1 }]);
  kept.prepare('alter table t add column b').run([]);
  expect(kept.prepare('select * from t').all([])).toEqual([{ a: 1, b: null }]);
  kept.close();
});
