/**
 * A fleet to simulate, read from a file (docs/configuration.md, "A fleet from a file"). Whatever is wrong is said with
 * its line.
 */
import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { templateOf } from '../engine/simulated/templates.js';
import { defined } from '../shared/defined.js';
import { errorText } from '../shared/error-text.js';
import { ConfigError, type SimulatedHostConfig } from './config.js';
import { fleetSchema, templateSchema, type FleetText, type GroupText, type TemplateText } from './fleet-schema.js';
import { sentence } from './settings.js';

/** Alike hosts: `name` alone, or `name-1` and on. */
export interface HostGroup extends Omit<SimulatedHostConfig, 'id'> {
  readonly name: string;
  /** Absent: one host, whose id is the name. */
  readonly count?: number;
}

const shippedFolder = new URL('../../fleets/', import.meta.url);

/** The fleets that come with Berth: what `--fleet N` simulates. */
export const shippedFleet = (name: 'laptops' | 'servers'): readonly HostGroup[] =>
  readFleetFile(fileURLToPath(new URL(`${name}.yaml`, shippedFolder)));

/** Throws ConfigError, a line for each thing that is wrong. */
export function readFleetFile(file: string): readonly HostGroup[] {
  const page = pageOf(file);
  const found: unknown = page.document.toJS();
  if (!isFleetText(found)) {
    throw new ConfigError((isFleetText.errors ?? []).map((error) => said(page, pathOf(error), sentence(error))));
  }
  const wrong = [...templateFaults(found), ...groupFaults(found)];
  if (wrong.length > 0) throw new ConfigError(wrong.map(({ path, text }) => said(page, path, text)));
  return groupsOf(found);
}

const isFleetText = new Ajv({ allErrors: true, strictTypes: false, verbose: true }).compile<FleetText>(fleetSchema);

interface Page {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

type Path = readonly (string | number)[];

function pageOf(file: string): Page {
  const lines = new LineCounter();
  const document = parseDocument(textOf(file), { lineCounter: lines });
  const [error] = document.errors;
  if (error === undefined) return { file, document, lines };
  throw new ConfigError([`the file ${file} is not YAML: ${errorText(error)}`]);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError([`the file ${file} cannot be read: ${errorText(error)}`]);
  }
}

/** The value, or the setting that nobody knows. */
function pathOf({ instancePath, params }: { readonly instancePath: string; readonly params: unknown }): Path {
  const unknown = (params as Readonly<Record<string, unknown>>)['additionalProperty'];
  const path = instancePath.split('/').slice(1);
  return typeof unknown === 'string' ? [...path, unknown] : path;
}

function said({ file, document, lines }: Page, path: Path, text: string): string {
  const node: unknown = document.getIn(path, true);
  const start = isNode(node) ? node.range?.[0] : undefined;
  const where = start === undefined ? file : `${file}, line ${String(lines.linePos(start).line)}`;
  return `the file ${where}: ${text}`;
}

interface Fault {
  readonly path: Path;
  readonly text: string;
}

const templateFaults = ({ templates }: FleetText): readonly Fault[] =>
  Object.entries(templates).flatMap(([name, { cells, cards = [] }]) => [
    ...pageFaults(name, cells),
    ...cards.flatMap(({ cell = 0 }, at) =>
      cell < cells.count
        ? []
        : [
            {
              path: ['templates', name, 'cards', at, 'cell'],
              text: `the card is on cell ${String(cell)}, cells of ${name} are 0 to ${String(cells.count - 1)}`,
            },
          ],
    ),
  ]);

function pageFaults(name: string, { hugepages = [], memoryMiB }: TemplateText['cells']): readonly Fault[] {
  const pagesMiB = hugepages.reduce((sum, pool) => sum + (pool.total * pool.pageSizeKiB) / 1024, 0);
  if (pagesMiB <= memoryMiB) return [];
  const text = `the hugepages of ${name} take ${String(pagesMiB)} MiB, a cell has memoryMiB ${String(memoryMiB)}`;
  return [{ path: ['templates', name, 'cells', 'hugepages'], text }];
}

function groupFaults({ templates, hosts }: FleetText): readonly Fault[] {
  const names = Object.keys(templates);
  const seen = new Set<string>();
  return hosts.flatMap(({ like, name }, at) => {
    const path: Path = ['hosts', at];
    const isTwice = seen.has(name);
    seen.add(name);
    return [
      ...(names.includes(like)
        ? []
        : [{ path: [...path, 'like'], text: `there is no template "${like}"; there is ${names.join(', ')}` }]),
      ...(isTwice ? [{ path: [...path, 'name'], text: `the name "${name}" is given twice, names must differ` }] : []),
    ];
  });
}

export const usualZone = 'simulated';
const usualRatio = 4;

/** Hosts that are like the same template share what it is made of. */
function groupsOf({ templates, hosts }: FleetText): readonly HostGroup[] {
  const made = new Map(Object.entries(templates).map(([name, text]) => [name, partsOf(text)]));
  return hosts.flatMap(({ like, name, count, zone = usualZone }: GroupText) => {
    const parts = made.get(like);
    return parts === undefined ? [] : [{ ...parts, name, zone, ...defined({ count }) }];
  });
}

const isTemplate = new Ajv({ allErrors: true, strictTypes: false, verbose: true }).compile<TemplateText>(
  templateSchema,
);

/** A template by itself, in the same words. Throws ConfigError. */
export function templateParts(found: unknown): TemplateParts {
  if (!isTemplate(found)) {
    throw new ConfigError((isTemplate.errors ?? []).map((error) => sentence(error, 'the template')));
  }
  const wrong = templateFaults({ templates: { 'the template': found }, hosts: [] });
  if (wrong.length > 0) throw new ConfigError(wrong.map(({ text }) => text));
  return partsOf(found);
}

export type TemplateParts = Pick<HostGroup, 'template' | 'reserved' | 'sharedCpuRatio'> & {
  readonly text: TemplateText;
};

function partsOf(text: TemplateText): TemplateParts {
  const { reserved, sharedCpuRatio = usualRatio, networks, ...rest } = text;
  const template = templateOf({
    ...rest,
    networks: networks.map((network) => ({ kind: 'bridge', ...bridged(network), ...network })),
  });
  return { text, template, sharedCpuRatio, ...(reserved && { reserved }) };
}

/** A bridge is called like its network unless it is said otherwise. */
const bridged = ({ name, kind }: TemplateText['networks'][number]): { readonly bridge?: string } =>
  kind === 'physical' ? {} : { bridge: name };
