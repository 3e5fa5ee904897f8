/**
 * The same by PostgreSQL's own plan (whole-reads.ts): its planner chooses by how many rows there are, so that a database
 * is filled first, and by the values that are asked for, so that these are kept with the statement.
 */
import { jest } from '@jest/globals';
import { Client } from 'pg';
import { counted, growing, isExcepted, matches, type Exception, type WholeRead } from './whole-reads.js';

/** Beside those of SQLite. */
const ofPostgres: readonly Exception[] = [
  {
    scan: /packages USING COVERING INDEX packages_state$/,
    statement: /^select "state", count\(\*\)/,
    because: counted,
  },
  {
    scan: /^SCAN (instances|operations)$/,
    statement: /^select count\(\*\) as "(count|all)" from "\w+"( where "flavour_id" is null)?$/,
    because: 'PostgreSQL counts rows instead while some were written lately: an index does not say who sees them',
  },
];

export const isExceptedHere = (found: WholeRead): boolean =>
  isExcepted(found) || ofPostgres.some((one) => matches(one, found));

interface Asked {
  readonly statement: string;
  readonly values: readonly unknown[];
}

/** Keeps what is asked of every PostgreSQL database in this process from now on, with the values of the first time. */
export function recordQueries(): { readonly stop: () => readonly Asked[] } {
  const spy = jest.spyOn(Client.prototype, 'query');
  return {
    stop: () => {
      const asked = new Map<string, readonly unknown[]>();
      for (const [statement, values] of spy.mock.calls as readonly (readonly unknown[])[])
        if (typeof statement === 'string' && !asked.has(statement))
          asked.set(statement, Array.isArray(values) ? values : []);
      spy.mockRestore();
      return [...asked].map(([statement, values]) => ({ statement, values }));
    },
  };
}

/** Rows of each growing table: an index is worth its pages from some thousands on. */
const rows = 20_000;

interface Column {
  readonly name: string;
  readonly type: string;
  readonly isNeeded: boolean;
}

/**
 * Copies of what is there, each with ids and names of its own; rows made up where nothing is. Nobody reads them.
 */
export async function fillTables(client: Client): Promise<void> {
  await client.query(`set session_replication_role = replica`);
  for (const table of growing) {
    const columns = await columnsOf(client, table);
    const counted = await client.query(`select count(*)::int as n from ${table}`);
    const there = (counted.rows[0] as { readonly n: number }).n;
    const value = there === 0 ? madeUp : copied;
    const names = columns.map(({ name }) => name);
    const from = there === 0 ? '' : `, (select * from ${table} limit 20) as model`;
    const copies = Math.ceil(rows / Math.min(20, Math.max(1, there)));
    await client.query(
      `insert into ${table} (${names.join()}) select ${columns.map(value).join()} from generate_series(1, ${String(copies)}) as i${from}`,
    );
  }
  await client.query('vacuum analyze');
}

async function columnsOf(client: Client, table: string): Promise<readonly Column[]> {
  const { rows: found } = await client.query(
    `select column_name as name, data_type as type, is_nullable = 'NO' as "isNeeded"
      from information_schema.columns where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'`,
    [table],
  );
  return found as readonly Column[];
}

/** Kept outside of its row. */
const isLarge = (name: string): boolean => /^(plan|params|instantiated|contents|input|output)$/.test(name);

const isNumber = (type: string): boolean => /int|numeric|double/.test(type);

/**
 * What tells rows apart differs, and times go on; states, kinds and owners are those of the row that is copied. Of four
 * instances, three are instantiated.
 */
function copied({ name, type }: Column): string {
  const model = `model.${name}`;
  if (isLarge(name)) return `case when ${model} is null then null else '{}' end`;
  if (name === 'flavour_id') return `case when i % 4 > 0 then ${model} end`;
  if (isNumber(type)) return /(_time|entered|created_at|^at)_ms$|^seq$/.test(name) ? `${model} + 1000 * i` : model;
  const isApart = /(^|_)(id|key|name|sha256|identity|digest)$/.test(name);
  return isApart ? `${model} || '-' || i` : model;
}

function madeUp({ type, isNeeded }: Column): string {
  if (!isNeeded) return 'null';
  return isNumber(type) ? 'i' : `'made-up-' || i`;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

const isJudged = ({ statement }: Asked): boolean => /^\s*(select|update|delete|insert|with)\b/i.test(statement);

/** Found in the words of SQLite's plans, with its places for values, so that one list of exceptions serves both. */
export async function wholeReadsOf(client: Client, asked: readonly Asked[]): Promise<readonly WholeRead[]> {
  const found: WholeRead[] = [];
  for (const one of asked.filter(isJudged)) {
    const { rows: plans } = await client.query(`explain (format json) ${one.statement}`, [...one.values]);
    const [{ Plan: plan }] = (plans[0] as { 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }] })['QUERY PLAN'];
    const statement = one.statement.replace(/\$\d+/g, '?');
    found.push(...scansIn(plan, '').map((scan) => ({ statement, scan })));
  }
  return found;
}

/** `table` is that of a bitmap above, of which an index below does not speak. */
function scansIn(node: PlanNode, table: string): readonly string[] {
  const own = node['Relation Name'] ?? table;
  const below = (node.Plans ?? []).flatMap((each) => scansIn(each, own));
  if (!growing.includes(own)) return below;
  const scan = scanOf(node, own);
  return scan === undefined ? below : [scan, ...below];
}

function scanOf(node: PlanNode, table: string): string | undefined {
  if (node['Node Type'] === 'Seq Scan') return `SCAN ${table}`;
  if (!indexScans.includes(node['Node Type']) || isNarrowed(node['Index Cond'])) return undefined;
  const covering = node['Node Type'] === 'Index Only Scan' ? 'COVERING ' : '';
  return `SCAN ${table} USING ${covering}INDEX ${node['Index Name'] ?? ''}`;
}

const indexScans: readonly string[] = ['Index Scan', 'Index Only Scan', 'Bitmap Index Scan'];

/** That a value is there narrows nothing: the whole of an index may be so. */
const isNarrowed = (condition: string | undefined): boolean =>
  condition !== undefined && !/^\(\w+ IS NOT NULL\)$/.test(condition);
