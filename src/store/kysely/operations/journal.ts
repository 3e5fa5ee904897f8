/**
 * The journal: appended under a lease, never changed. (opOccId, seq) is unique, so that two writers cannot both
 * have written the same line of history.
 */
import type { JournalEntry } from '../../../lifecycle/model.js';
import { opOccId } from '../../../shared/ids.js';
import { LeaseLost, type OperationRecords } from '../../operations.js';
import type { StoreDialect } from '../dialect.js';
import type { Db, JournalRow } from '../schema.js';
import { read, writeOptional } from '../rows/json.js';
import { holds } from './leases.js';

type Verbs = Pick<OperationRecords, 'appendJournal' | 'journal'>;

export const journalVerbs = ({ db, transaction }: StoreDialect): Verbs => ({
  appendJournal: (entry, token) => transaction((tx) => append(tx, entry, token)),
  journal: async (id) => {
    const rows = await db.selectFrom('journal').selectAll().where('op_occ_id', '=', id).orderBy('seq').execute();
    return rows.map(entryOf);
  },
});

async function append(tx: Db, entry: JournalEntry, token: number): Promise<void> {
  if (!(await holds(tx, entry.opOccId, token))) throw new LeaseLost(entry.opOccId);
  await tx
    .insertInto('journal')
    .values({
      op_occ_id: entry.opOccId,
      seq: entry.seq,
      step_id: entry.stepId,
      phase: entry.phase,
      at_ms: entry.atMs,
      output: writeOptional(entry.output),
    })
    .execute();
}

const entryOf = (row: JournalRow): JournalEntry => ({
  opOccId: opOccId(row.op_occ_id),
  seq: row.seq,
  stepId: row.step_id,
  phase: row.phase as JournalEntry['phase'],
  atMs: row.at_ms,
  ...(row.output !== null && { output: read<unknown>(row.output) }),
});
