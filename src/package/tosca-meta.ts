/**
 * TOSCA-Metadata/TOSCA.meta (SOL004 clause 4.1.2, TOSCA Simple Profile 1.3 clause 6): the first block names the entry
 * files, further blocks may give digests of artifacts. Older spellings of keys occur in real packages.
 */
import type { Finding, Place } from '../shared/finding.js';
import { DigestGroups, type DigestEntry, type FileMention } from './digest-entry.js';
import { found } from './finding-codes.js';
import { isKeyLine, readKeyLines, type KeyLine } from './key-lines.js';

export const toscaMetaPath = 'TOSCA-Metadata/TOSCA.meta';

/** What a key of the first block points at. */
export type MetaRole = 'definitions' | 'manifest' | 'change-log' | 'tests' | 'licenses' | 'certificate';

export interface ToscaMeta {
  readonly findings: readonly Finding[];
  readonly entries: ReadonlyMap<MetaRole, { readonly path: string; readonly at: Place }>;
  readonly digests: readonly DigestEntry[];
  readonly mentions: readonly FileMention[];
}

const roles: Readonly<Record<string, MetaRole>> = {
  'entry-definitions': 'definitions',
  'etsi-entry-manifest': 'manifest',
  'entry-manifest': 'manifest',
  'etsi-entry-change-log': 'change-log',
  'entry-change-log': 'change-log',
  'etsi-entry-tests': 'tests',
  'entry-tests': 'tests',
  'etsi-entry-licenses': 'licenses',
  'entry-licenses': 'licenses',
  'etsi-entry-certificate': 'certificate',
  'entry-certificate': 'certificate',
};

const expectedKeys = ['TOSCA-Meta-File-Version', 'CSAR-Version', 'Created-By'];

export function readToscaMeta(text: string): ToscaMeta {
  const lines = readKeyLines(text);
  const groups = new DigestGroups(toscaMetaPath);
  for (const line of lines) {
    if (isKeyLine(line)) groups.add(line);
    else groups.end();
  }
  groups.end();
  const keys = lines.filter(isKeyLine);
  return {
    findings: [
      ...lines.flatMap((line) => ('bad' in line ? [badLine(line)] : [])),
      ...headerFindings(keys),
      ...twice(keys),
      ...groups.findings,
    ],
    entries: new Map(keys.flatMap(entryOf)),
    digests: groups.entries,
    mentions: groups.mentions,
  };
}

function entryOf(line: KeyLine): readonly [MetaRole, { path: string; at: Place }][] {
  const role = roles[line.key.toLowerCase()];
  if (role === undefined || line.value === '') return [];
  return [[role, { path: line.value, at: { file: toscaMetaPath, line: line.line, column: line.indent + 1 } }]];
}

/** Old and new spelling of a key may stand side by side as long as they say the same. */
function twice(keys: readonly KeyLine[]): readonly Finding[] {
  const first = new Map<MetaRole, string>();
  return keys.flatMap(entryOf).flatMap(([role, { path, at }]) => {
    const other = first.get(role) ?? path;
    first.set(role, other);
    if (other === path) return [];
    return [found('META-KEY-TWICE', at, `TOSCA.meta names \`${other}\` for the same purpose as \`${path}\`.`)];
  });
}

function headerFindings(keys: readonly KeyLine[]): readonly Finding[] {
  const present = new Set(keys.map(({ key }) => key.toLowerCase()));
  const at = { file: toscaMetaPath };
  const missing = expectedKeys.filter((key) => !present.has(key.toLowerCase()));
  return [
    ...(keys.some((line) => entryOf(line)[0]?.[0] === 'definitions')
      ? []
      : [found('META-KEY-MISSING', at, 'TOSCA.meta has no Entry-Definitions.')]),
    ...missing.map((key) => found('META-HEADER', at, `TOSCA.meta has no ${key}.`)),
  ];
}

const badLine = ({ line, bad }: { readonly line: number; readonly bad: string }): Finding =>
  found('META-LINE', { file: toscaMetaPath, line }, `This line is not \`Key: value\`: ${bad.slice(0, 60)}`);
