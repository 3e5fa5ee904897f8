/**
 * The journal: appended under a lease, never changed. (opOccId, seq) is unique, so that two writers cannot both
 * have written the same line of history.
 */
import type { JournalEntry } from '../../../lifecycle/model.js';
import { LeaseLost, type OperationRecords } from '../../operations.js';
import type { StoreDialect } from '../dialect.js';
import { keptQuery } from '../rows/kept-query.js';
import type { Db, JournalRow } from '../schema.js';
import { writeOptional } from '../rows/json.js';
import { readJournal } from './journal-entries.js';
import { holds } from './leases.js';

type Verbs = Pick<OperationRecords, 'appendJournal' | 'journal'>;

export const journalVerbs = ({ db, transaction }: StoreDialect): Verbs => ({
  appendJournal: (entries, token) => transaction((tx) => append(tx, entries, token)),
  journal: (id) => readJournal(db, id),
});

async function append(tx: Db, entries: readonly JournalEntry[], token: number): Promise<void> {
  for (const id of new Set(entries.map((entry) => entry.opOccId))) {
    if (!(await holds(tx, id, token))) throw new LeaseLost(id);
  }
  if (entries.length > 0) await insert.change(tx, { lines: entries.map(rowOf) });
}

const insert = keptQuery((db, { lines }: { lines: readonly JournalRow[] }) => db.insertInto('journal').values(lines));

const rowOf = (entry: JournalEntry): JournalRow => ({
  op_occ_id: entry.opOccId,
  seq: entry.seq,
  step_id: entry.stepId,
  phase: entry.phase,
  at_ms: entry.atMs,
  output: writeOptional(entry.output),
});
