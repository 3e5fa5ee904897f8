/**
 * The service templates of a VNFD: the entry file and everything it imports, each read once (TOSCA Simple Profile 1.3
 * clause 3.10, SOL001 clause 5.9). Imports resolve inside the package or to built-in types; nothing is ever fetched.
 */
import type { Finding, Place } from '../shared/finding.js';
import { found } from './finding-codes.js';
import { baseNameOf, isUri, resolvePath } from '../shared/package-path.js';
import { readYaml } from './read-yaml.js';
import { asMap, child, isNull, itemsOf, textOf, type YamlMap, type YamlNode } from './tree.js';
import type { BuiltInTypes } from './vocabulary.js';

export interface ServiceTemplate {
  readonly file: string;
  readonly root: YamlMap;
  readonly toscaVersion: string;
}

export interface TemplateSet {
  readonly findings: readonly Finding[];
  /** The entry first, then imports in the order met; empty when the entry cannot be read. */
  readonly templates: readonly ServiceTemplate[];
  /** Paths of all files of the package that the VNFD consists of, type definitions included. */
  readonly paths: readonly string[];
}

/** More than any VNFD has; each costs parsing time. */
const maxFiles = 64;
const maxCharacters = 2_097_152;

/** Reads `entry` and what it imports, breadth first. */
export function loadTemplates(files: ReadonlyMap<string, string>, entry: string, builtIn: BuiltInTypes): TemplateSet {
  if (!files.has(entry)) {
    const message = `The package has no file \`${entry}\`, which is named as its entry definitions.`;
    return { findings: [found('TOSCA-ENTRY-MISSING', { file: entry }, message)], templates: [], paths: [] };
  }
  const findings: Finding[] = [];
  const templates: ServiceTemplate[] = [];
  const paths = [entry];
  const typeFiles = new Set(builtIn.imports);
  let characters = 0;
  for (let next = 0; next < paths.length; next += 1) {
    const path = paths[next] ?? entry;
    if (typeFiles.has(baseNameOf(path))) continue;
    const text = files.get(path) ?? '';
    characters += text.length;
    if (next >= maxFiles || characters > maxCharacters) {
      const message = `The VNFD has more than ${maxFiles} files or ${maxCharacters} characters.`;
      return { findings: [...findings, found('TOSCA-IMPORT-LIMIT', { file: path }, message)], templates, paths };
    }
    const template = readTemplate(path, text, builtIn, findings);
    if (template === undefined) continue;
    templates.push(template);
    for (const target of importsOf(template, files, typeFiles, findings)) {
      if (!paths.includes(target)) paths.push(target);
    }
  }
  return { findings, templates, paths };
}

function readTemplate(
  file: string,
  text: string,
  builtIn: BuiltInTypes,
  findings: Finding[],
): ServiceTemplate | undefined {
  const reading = readYaml(file, text);
  findings.push(...reading.findings);
  if (reading.root === undefined) return undefined;
  const root = asMap(reading.root);
  if (root === undefined) {
    findings.push(found('TOSCA-NOT-A-TEMPLATE', reading.root.at, 'The file does not hold a map.'));
    return undefined;
  }
  const toscaVersion = textOf(child(root, 'tosca_definitions_version')) ?? '';
  if (!builtIn.toscaVersions.includes(toscaVersion)) findings.push(unknownVersion(root, toscaVersion));
  return { file, root, toscaVersion };
}

function unknownVersion(root: YamlMap, version: string): Finding {
  const at = child(root, 'tosca_definitions_version')?.at ?? root.at;
  const message =
    version === '' ? '`tosca_definitions_version` is missing.' : `\`${version}\` is no TOSCA version of SOL001.`;
  return found('TOSCA-VERSION', at, message);
}

function importsOf(
  template: ServiceTemplate,
  files: ReadonlyMap<string, string>,
  typeFiles: ReadonlySet<string>,
  findings: Finding[],
): readonly string[] {
  const imports = child(template.root, 'imports');
  if (isNull(imports)) return [];
  const list = itemsOf(imports);
  if (imports !== undefined && imports.kind !== 'list') {
    findings.push(found('TOSCA-IMPORT-FORM', imports.at, '`imports` is not a list.'));
  }
  return list.flatMap((item) => {
    const target = importTarget(item);
    if (target === undefined) {
      findings.push(found('TOSCA-IMPORT-FORM', item.at, 'This import names no file.'));
      return [];
    }
    return locate(target, item.at, files, typeFiles, findings);
  });
}

/** `file.yaml`, `{ file: file.yaml }`, `{ name: file.yaml }` or `{ name: { file: file.yaml } }`. */
function importTarget(item: YamlNode): string | undefined {
  if (item.kind !== 'map') return textOf(item);
  const only = item.entries.size === 1 ? [...item.entries.values()][0] : undefined;
  return textOf(child(item, 'file')) ?? textOf(only) ?? textOf(child(only, 'file'));
}

function locate(
  target: string,
  at: Place,
  files: ReadonlyMap<string, string>,
  typeFiles: ReadonlySet<string>,
  findings: Finding[],
): readonly string[] {
  const path = isUri(target) ? undefined : resolvePath(target, at.file, (candidate) => files.has(candidate));
  if (path !== undefined && files.has(path)) return [path];
  if (typeFiles.has(baseNameOf(target))) return [];
  const finding = isUri(target)
    ? found('TOSCA-IMPORT-REMOTE', at, `\`${target}\` is a URL.`)
    : found('TOSCA-IMPORT-MISSING', at, `The package has no file \`${path ?? target}\`.`);
  findings.push(finding);
  return [];
}
