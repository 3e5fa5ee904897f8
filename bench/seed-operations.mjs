/**
 * A database with very many ended operations, made from one that is there: whatever columns a row has are copied, so that
 * the schema is not repeated here. For benches and tests of lists; the server must be stopped.
 */
import Database from 'better-sqlite3';

/** Columns of which every copy has its own. */
const own = (template) => ({
  // 12 digits, so that ids sort as the operations do.
  id: `'00000000-0000-4000-8000-' || cast(100000000000 + i as text)`,
  start_time_ms: 'start_time_ms + i',
  document: `replace(replace(document, '${template.id}', '00000000-0000-4000-8000-' || cast(100000000000 + i as text)),
    '"startTimeMs":${template.start_time_ms}', '"startTimeMs":' || cast(start_time_ms + i as text))`,
});

/** One statement, for SQLite and PostgreSQL, that copies an operation `count` times, each a millisecond later. */
export function copyingStatement(columns, template, count) {
  const values = columns.map((name) => own(template)[name] ?? name);
  return `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
    insert into operations (${columns.join(', ')})
    select ${values.join(', ')} from n, operations where operations.id = '${template.id}'`;
}

/** Copies the latest ended operation in a SQLite file `count` times; answers the id of the one copied. */
export function seedOperations(file, count) {
  const database = new Database(file);
  try {
    const template = database
      .prepare(
        `select id, start_time_ms from operations where state in ('COMPLETED', 'FAILED', 'ROLLED_BACK')
         order by start_time_ms desc limit 1`,
      )
      .get();
    if (template === undefined) throw new Error(`${file} has no ended operation to copy; carry one out first`);
    const columns = database.pragma('table_info(operations)').map(({ name }) => name);
    database.exec(copyingStatement(columns, template, count));
    return template.id;
  } finally {
    database.close();
  }
}
