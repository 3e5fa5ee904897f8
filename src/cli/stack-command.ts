/**
 * `berth vnf stack`: what the VNFCs of an instance stand on, from the application to the cores.
 */
import type { Command } from 'commander';
import type { Json } from './client.js';
import { contextOf, type Surroundings } from './context.js';
import { pathTo } from './paths.js';
import { table } from './text.js';

interface Row {
  readonly name: string;
  readonly now?: string;
  readonly planned?: string;
  readonly differs: boolean;
  readonly device?: keyof typeof deviceWords;
  readonly note?: string;
}

interface Layer {
  readonly layer: keyof typeof titles;
  readonly source: string;
  readonly unknownBecause?: string;
  readonly rows: readonly Row[];
}

interface Stack {
  readonly vnfcId: string;
  readonly domainName: string;
  readonly hostId: string;
  readonly state: string;
  readonly readAt: string;
  readonly layers: readonly Layer[];
  readonly differences: readonly string[];
}

const titles = {
  application: 'APPLICATION',
  guest: 'GUEST OPERATING SYSTEM',
  hardware: 'VIRTUAL HARDWARE',
  hypervisor: 'HYPERVISOR',
  physical: 'PHYSICAL HARDWARE',
} as const;

const deviceWords = { para: 'para-virtual', emulated: 'emulated', passthrough: 'passed through' } as const;

export function addStackCommand(group: Command, surroundings: Surroundings): void {
  group
    .command('stack <vnf>')
    .description('what its VNFCs stand on, from application to cores: as planned, and as it is now')
    .option('--vnfc <id>', 'of this VNFC only')
    .option('--notes', 'with how each thing is known')
    .action(async (id: string, { vnfc, notes = false }: { vnfc?: string; notes?: boolean }, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const all = vnfc === undefined ? vnfcsOf(await client.get(pathTo('/vnflcm/v2/vnf_instances', id))) : [vnfc];
      const stacks: Json[] = [];
      for (const each of all) stacks.push(await client.get(pathTo('/nfvi/v1/vnfcs', each, 'stack')));
      const text = (stacks as unknown as readonly Stack[]).map((stack) => stackText(stack, notes)).join('\n\n');
      show(stacks, text === '' ? `VNF instance ${id} is not instantiated: it stands on nothing.` : text);
    });
}

function vnfcsOf(info: Json): readonly string[] {
  const now = info['instantiatedVnfInfo'] as
    { readonly vnfcResourceInfo: readonly { readonly id: string }[] } | undefined;
  return now?.vnfcResourceInfo.map(({ id }) => id) ?? [];
}

function stackText(stack: Stack, notes: boolean): string {
  const { vnfcId, domainName, hostId, state, readAt, differences } = stack;
  const differing = stack.layers.flatMap(({ rows }) => rows).filter(({ differs }) => differs).length;
  return [
    `VNFC ${vnfcId} (${domainName}) on ${hostId} is ${state}, as of ${readAt}; ${differing} rows differ from the plan (!)`,
    ...stack.layers.flatMap((layer) => ['', layerText(layer, notes)]),
    ...(differences.length === 0 ? [] : ['', 'DIFFERENCES OF THE DOMAIN', ...differences.map((each) => `  ${each}`)]),
  ].join('\n');
}

function layerText({ layer, source, unknownBecause, rows }: Layer, notes: boolean): string {
  const head = ['', titles[layer], 'NOW', 'PLANNED', ...(notes ? ['NOTE'] : [])];
  const lines = rows.map(({ name, now, planned, differs, device, note }) => [
    ...[differs ? '!' : ' ', name, device === undefined ? now : `${now ?? '-'}, ${deviceWords[device]}`, planned],
    ...(notes ? [note] : []),
  ]);
  return [
    table(head, lines),
    ...(unknownBecause === undefined ? [] : [`  not known: ${unknownBecause}`]),
    ...(notes ? [`  ${source}`] : []),
  ].join('\n');
}
