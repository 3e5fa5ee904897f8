/**
 * The journal of an operation as it is read.
 */
import type { JournalEntry } from '../../../lifecycle/model.js';
import { opOccId, type OpOccId } from '../../../shared/ids.js';
import type { Db, JournalRow } from '../schema.js';
import { read } from '../rows/json.js';
import { keptQuery } from '../rows/kept-query.js';

export async function readJournal(db: Db, id: OpOccId): Promise<readonly JournalEntry[]> {
  return (await linesOf.all(db, { id })).map(entryOf);
}

const linesOf = keptQuery((db, { id }: { id: OpOccId }) =>
  db.selectFrom('journal').selectAll().where('op_occ_id', '=', id).orderBy('seq'),
);

const entryOf = (row: JournalRow): JournalEntry => ({
  opOccId: opOccId(row.op_occ_id),
  seq: row.seq,
  stepId: row.step_id,
  phase: row.phase as JournalEntry['phase'],
  atMs: row.at_ms,
  ...(row.output !== null && { output: read<unknown>(row.output) }),
});
