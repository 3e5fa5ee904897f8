/**
 * docs/conformance.md as a table of data: written from the definitions and from what Berth serves, and read back where the
 * definitions are not at hand.
 */
import { effectOf } from './effects.js';
import { unnamed, type OwnOperation } from './own-interface.js';
import type { StandardOperation } from './standard-interface.js';

export type Standing = 'in force' | 'refused' | 'not there yet' | 'of Berth';

export interface Row {
  /** `POST /vnflcm/v2/vnf_instances`. */
  readonly operation: string;
  /** `?filter`, `/vnfdId`, or `` for the operation itself. */
  readonly what: string;
  readonly standing: Standing;
  readonly words: string;
}

type Own = ReadonlyMap<string, OwnOperation>;

/** What the definitions have, and after it what Berth has besides. */
export function rowsOf(standard: readonly StandardOperation[], own: Own): readonly Row[] {
  const known = new Set(standard.map(({ name }) => unnamed(name)));
  const others = [...own.values()].filter(({ name }) => !known.has(unnamed(name)));
  const all = [
    ...standard.flatMap((each) => rowsOfOperation(each, own.get(unnamed(each.name)), 'in force')),
    ...others.flatMap(({ name }) =>
      rowsOfOperation({ name, queries: [], attributes: [] }, own.get(unnamed(name)), 'of Berth'),
    ),
  ];
  return parts.flatMap(({ root, isThere }) => all.filter((row) => isIn(row, root) && isThere === servedIn(all, row)));
}

/** The parts of the page, in order. */
const parts = [
  { title: 'VNF lifecycle management', root: '/vnflcm/', isThere: true },
  { title: 'VNF package management', root: '/vnfpkgm/', isThere: true },
  { title: 'VNF lifecycle management: not there yet', root: '/vnflcm/', isThere: false },
  { title: 'VNF package management: not there yet', root: '/vnfpkgm/', isThere: false },
] as const;

const isIn = ({ operation }: Row, root: string): boolean => operation.includes(` ${root}`);

const servedIn = (all: readonly Row[], { operation }: Row): boolean =>
  all.some((each) => each.operation === operation && each.what === '' && each.standing !== 'not there yet');

function rowsOfOperation(
  { name, queries, attributes }: StandardOperation,
  own: OwnOperation | undefined,
  standing: Standing,
): Row[] {
  const all = [...queries.map((each) => `?${each}`), ...attributes];
  const operation = { operation: name, what: '' } as const;
  if (own === undefined) {
    return [
      { ...operation, standing: 'not there yet', words: '' },
      ...all.map((what) => ({ operation: name, what, standing: 'not there yet' as const, words: '' })),
    ];
  }
  const besides = [...[...own.queries.keys()].map((each) => `?${each}`), ...own.attributes.keys()].filter(
    (each) => !all.includes(each),
  );
  return [
    { ...operation, standing, words: '' },
    ...all.map((what) => rowOf(name, what, own)),
    ...besides.map((what) => beyond(rowOf(name, what, own))),
  ];
}

const beyond = (row: Row): Row => (row.standing === 'in force' ? { ...row, standing: 'of Berth' } : row);

/** What is below something refused is refused with it. */
export function rowOf(operation: string, what: string, own: OwnOperation): Row {
  if (what.startsWith('?')) {
    const declared = own.queries.get(what.slice(1));
    return declared === undefined
      ? { operation, what, standing: 'refused', words: 'is not known here' }
      : { operation, what, standing: 'in force', words: effectOf(own.name, `?${declared}`)?.words ?? '' };
  }
  const above = prefixes(what).find((each) => own.attributes.get(each) !== undefined);
  if (above !== undefined) {
    const words = above === what ? (own.attributes.get(above) ?? '') : `with \`${above}\``;
    return { operation, what, standing: 'refused', words };
  }
  if (!own.attributes.has(what)) return { operation, what, standing: 'not there yet', words: '' };
  return { operation, what, standing: 'in force', words: effectOf(own.name, what)?.words ?? '' };
}

const prefixes = (pointer: string): readonly string[] => {
  const parts = pointer.split('/').slice(1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
};

const intro = `# Conformance

What Berth serves of the interfaces of SOL003 v3.3.1 (VNF lifecycle management, \`vnflcm/v2\`) and of SOL003 and SOL005 v3.3.1 (VNF
package management, \`vnfpkgm/v2\`): every operation, query parameter and request attribute. \`*\` stands for the elements of a list,
\`{}\` for keys that a client chooses.

- **in force**: carried out, as the last column says. A test tries each.
- **refused**: answered with 400; the problem names the attribute by its JSON pointer, says why, and what to do.
- **not there yet**: the operation answers 404 or 405.
- **of Berth**: in force, and not in the interface definitions.

Package management is the same under \`/vnfpkgm/v1\`, for older clients.
Whatever is not in these tables is refused by name too: bodies are closed, and a route takes no query parameter but its own.
An empty list or map of a refused attribute asks for nothing and is taken. The table is made by \`test/conformance\`.
`;

export function pageOf(rows: readonly Row[]): string {
  const names = [...new Set(rows.map(({ operation }) => operation))];
  const sections = parts.flatMap(({ title, root, isThere }) => [
    `## ${title}`,
    ...names
      .map((operation) => ({ operation, what: '', standing: 'in force', words: '' }) as const)
      .filter((row) => isIn(row, root) && isThere === servedIn(rows, row))
      .map(({ operation }) => section(operation, rows)),
  ]);
  return `${intro}\n${sections.join('\n\n')}\n`;
}

function section(name: string, rows: readonly Row[]): string {
  const own = rows.filter(({ operation }) => operation === name);
  const lines = own.map(
    ({ what, standing, words }) => `| ${what === '' ? 'operation' : `\`${what}\``} | ${standing} | ${words} |`,
  );
  return [`### ${name}`, '', '| | stands | how |', '|---|---|---|', ...lines].join('\n');
}

/** The rows of a page as it was committed. */
export function rowsIn(page: string): readonly Row[] {
  let operation = '';
  return page.split('\n').flatMap((line): Row[] => {
    if (line.startsWith('### ')) operation = line.slice(4);
    const cells = /^\|(.*)\|$/
      .exec(line)?.[1]
      ?.split(' | ')
      .map((cell) => cell.trim());
    if (cells?.length !== 3 || cells[1] === 'stands' || /^-+$/.test(cells[1] ?? '')) return [];
    const [what = '', standing = '', words = ''] = cells;
    return [
      { operation, what: what === 'operation' ? '' : what.replaceAll('`', ''), standing: standing as Standing, words },
    ];
  });
}
