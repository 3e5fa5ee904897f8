/**
 * Where the parts of a package are (SOL004 clause 4.1): by TOSCA.meta, or, without it, by one YAML file at the root
 * with a manifest of the same name.
 */
import { defined } from '../shared/defined.js';
import { baseNameOf, directoryOf, normalisePath } from '../shared/package-path.js';
import type { Finding } from '../shared/finding.js';
import type { DigestEntry, FileMention } from './digest-entry.js';
import { found } from './finding-codes.js';
import { readToscaMeta, toscaMetaPath, type MetaRole, type ToscaMeta } from './tosca-meta.js';

export interface Layout {
  readonly findings: readonly Finding[];
  /** Absent when it cannot be told. */
  readonly entryDefinitions?: string;
  readonly manifestPath?: string;
  /** Digests that TOSCA.meta gives. */
  readonly digests: readonly DigestEntry[];
  /** Files that TOSCA.meta names without a digest. */
  readonly mentions: readonly FileMention[];
  /** Files and folders by their role: change log, tests, licences, certificate. */
  readonly roles: ReadonlyMap<MetaRole, string>;
}

export function findLayout(
  paths: ReadonlySet<string>,
  folders: readonly string[],
  texts: ReadonlyMap<string, string>,
): Layout {
  const text = texts.get(toscaMetaPath);
  const meta = text === undefined ? undefined : readToscaMeta(text);
  const layout = meta === undefined ? rootLayout(paths, folders) : metaLayout(meta, paths, new Set(folders));
  return { ...layout, findings: [...layout.findings, ...withoutChangeLog(layout, meta)] };
}

function metaLayout(meta: ToscaMeta, paths: ReadonlySet<string>, folders: ReadonlySet<string>): Layout {
  const findings = [...meta.findings];
  const roles = new Map<MetaRole, string>();
  for (const [role, { path, at }] of meta.entries) {
    const normal = normalisePath(path);
    const isFolder = normal !== undefined && !paths.has(normal) && (exists(normal, paths) || folders.has(normal));
    if (normal !== undefined && (paths.has(normal) || (isFolder && !isRead.has(role)))) roles.set(role, normal);
    else if (isFolder) findings.push(found('META-FILE-MISSING', at, `\`${path}\` is a folder; a file is wanted here.`));
    else findings.push(found('META-FILE-MISSING', at, `The package has no \`${path}\`.`));
  }
  const entryDefinitions = roles.get('definitions');
  const manifestPath =
    roles.get('manifest') ?? (meta.entries.has('manifest') ? undefined : beside(entryDefinitions, paths));
  return {
    findings: [
      ...findings,
      ...(manifestPath === undefined && !meta.entries.has('manifest') ? [noManifest(toscaMetaPath)] : []),
    ],
    digests: meta.digests,
    mentions: meta.mentions,
    roles,
    ...defined({ entryDefinitions, manifestPath }),
  };
}

/** What the package itself is read by, so a folder of that name will not do. */
const isRead: ReadonlySet<MetaRole> = new Set(['definitions', 'manifest']);

/** A file of that path, or a folder with something in it. */
const exists = (path: string, paths: ReadonlySet<string>): boolean =>
  paths.has(path) || [...paths].some((each) => each.startsWith(`${path}/`));

const isYaml = (path: string): boolean => /\.ya?ml$/i.test(path);
const withSuffix = (path: string, suffix: string): string => path.replace(/\.[^./]+$/, suffix);

function rootLayout(paths: ReadonlySet<string>, folders: readonly string[]): Layout {
  const roots = [...paths].filter((path) => directoryOf(path) === '' && isYaml(path));
  const [entryDefinitions] = roots;
  if (entryDefinitions === undefined || roots.length > 1) {
    const finding =
      roots.length > 1
        ? found('PKG-ENTRY-SEVERAL', { file: roots[0] ?? '' }, `The root has ${roots.join(', ')} and no TOSCA.meta.`)
        : found('PKG-ENTRY-NONE', { file: toscaMetaPath }, 'Nothing says where the VNFD begins.');
    return { findings: [finding], digests: [], mentions: [], roles: new Map() };
  }
  const manifestPath = beside(entryDefinitions, paths);
  const others = [...paths].filter((path) => directoryOf(path) === '' && path.endsWith('.mf') && path !== manifestPath);
  const misnamed = others.map((path) =>
    found('MF-NAME', { file: path }, `\`${path}\` should be named \`${withSuffix(entryDefinitions, '.mf')}\`.`),
  );
  return {
    findings: [
      ...misnamed,
      ...(manifestPath === undefined && misnamed.length === 0 ? [noManifest(entryDefinitions)] : []),
    ],
    digests: [],
    mentions: [],
    entryDefinitions,
    roles: rootRoles(new Set([...paths, ...folders]), entryDefinitions),
    ...defined({ manifestPath }),
  };
}

/** Same folder, same name, `.mf`. */
function beside(definitions: string | undefined, paths: ReadonlySet<string>): string | undefined {
  const path = definitions === undefined ? undefined : withSuffix(definitions, '.mf');
  return path !== undefined && paths.has(path) ? path : undefined;
}

/** SOL004 clause 4.3.3 requires one; a key that names a missing file is a finding of its own. */
function withoutChangeLog({ entryDefinitions, roles }: Layout, meta: ToscaMeta | undefined): readonly Finding[] {
  if (entryDefinitions === undefined || roles.has('change-log') || meta?.entries.has('change-log') === true) return [];
  const message =
    meta === undefined ? 'The root has no ChangeLog.txt.' : `TOSCA.meta names no change log (ETSI-Entry-Change-Log).`;
  return [found('PKG-CHANGE-LOG-MISSING', { file: meta === undefined ? entryDefinitions : toscaMetaPath }, message)];
}

const noManifest = (file: string): Finding => found('MF-MISSING', { file }, 'The package has no manifest.');

/** Names that clause 4.1.3 gives to files at the root. */
function rootRoles(paths: ReadonlySet<string>, entry: string): ReadonlyMap<MetaRole, string> {
  const known: readonly (readonly [MetaRole, string])[] = [
    ['definitions', entry],
    ['change-log', 'ChangeLog.txt'],
    ['tests', 'Tests'],
    ['licenses', 'Licenses'],
    ['certificate', withSuffix(baseNameOf(entry), '.cert')],
  ];
  return new Map(known.filter(([, path]) => exists(path, paths)));
}
