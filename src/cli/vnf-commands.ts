/**
 * `berth vnf`: VNF instances and what is done to them.
 */
import { Command } from 'commander';
import type { Json } from './client.js';
import { contextOf, type Context, type Surroundings } from './context.js';
import { pathTo } from './paths.js';
import { jsonFile } from './json-file.js';
import { linkOf } from './links.js';
import { addStackCommand } from './stack-command.js';
import { table } from './text.js';
import { followOperation } from './waiting.js';
import { defined } from '../shared/defined.js';

const instances = '/vnflcm/v2/vnf_instances';

export function addVnfCommands(program: Command, surroundings: Surroundings): void {
  const group = program.command('vnf').description('VNF instances');
  addReading(group, surroundings);
  group
    .command('create <vnfd>')
    .description('create an instance of an onboarded VNFD')
    .option('--name <name>')
    .action(async (vnfdId: string, { name }: { name?: string }, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const body = { vnfdId, ...defined({ vnfInstanceName: name }) };
      const info = (await client.send('POST', instances, body)).body as Json;
      show(info, instanceTable([info]));
    });
  group
    .command('delete <vnf>')
    .description('delete an instance that is not instantiated')
    .action(async (id: string, _options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      await client.send('DELETE', pathTo(instances, id));
      show({ id }, `VNF instance ${id} is deleted`);
    });
  addStackCommand(group, surroundings);
  addTasks(group, surroundings);
}

function addReading(group: Command, surroundings: Surroundings): void {
  group
    .command('list')
    .description('instances and their states')
    .action(async (_options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const all = await client.list(instances);
      show(all, instanceTable(all));
    });
  group
    .command('show <vnf>')
    .description('one instance with its VNFCs')
    .action(async (id: string, _options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const info = await client.get(pathTo(instances, id));
      show(info, [instanceTable([info]), ...vnfcText(info)].join('\n\n'));
    });
  group
    .command('sbom <vnf>')
    .description('software components of what runs in an instance, as the SBOMs of its package say')
    .action(async (id: string, _options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const query = new URLSearchParams({ vnfInstanceId: id, exclude_fields: 'vnfInstances' });
      const all = await client.list(`/nfvi/v1/sbom?${query.toString()}`);
      show(all, componentText(id, all as unknown as readonly FoundComponent[]));
    });
}

interface FoundComponent {
  readonly component: {
    readonly name: string;
    readonly group?: string;
    readonly version?: string;
    readonly purl?: string;
  };
  readonly package: { readonly sbom: string };
  readonly image?: { readonly path: string };
}

function componentText(id: string, all: readonly FoundComponent[]): string {
  if (all.length === 0) {
    return `No component is known to run in VNF instance ${id}: it is not instantiated, or its package brings no SBOM.`;
  }
  const rows = all.map(({ component: { name, group, version, purl }, image, package: { sbom } }) => [
    ...[group === undefined ? name : `${group}/${name}`, version, purl, image?.path ?? sbom],
  ]);
  return table(['COMPONENT', 'VERSION', 'PURL', 'IN'], rows);
}

function addTasks(group: Command, surroundings: Surroundings): void {
  const collect = (value: string, before: readonly Json[] = []): readonly Json[] => [...before, linkOf(value)];
  task(group, 'instantiate', 'place, create and start its VNFCs')
    .option('--flavour <flavour>', 'deployment flavour', 'simple')
    .option('--level <level>', 'instantiation level')
    .option('--link <CPD=NETWORK[,SUBNET[,FIRST-LAST]][,vlan=ID]>', 'external link, once per connection point', collect)
    .option('--body <file>', 'the whole InstantiateVnfRequest as JSON instead')
    .action(run(surroundings, 'instantiate', instantiation));
  task(group, 'scale', 'scale by steps of an aspect')
    .argument('<direction>', 'out or in')
    .requiredOption('--aspect <aspect>')
    .option('--steps <number>', 'steps', Number, 1)
    .action(run(surroundings, 'scale', scaling));
  task(group, 'operate', 'start or stop its VNFCs')
    .argument('<what>', 'start or stop')
    .option('--graceful <seconds>', 'ask the guests first, so long', Number)
    .action(run(surroundings, 'operate', operating));
  task(group, 'change-ext-conn', 'connect external connection points to other networks, or to none')
    .requiredOption('--body <file>', 'the ChangeExtVnfConnectivityRequest as JSON')
    .action(run(surroundings, 'change_ext_conn', reconnection));
  task(group, 'terminate', 'stop and remove its VNFCs')
    .option('--graceful <seconds>', 'ask the guests first, so long', Number)
    .action(run(surroundings, 'terminate', termination));
}

interface TaskOptions {
  readonly flavour?: string;
  readonly level?: string;
  readonly link?: readonly Json[];
  readonly body?: string;
  readonly aspect?: string;
  readonly steps?: number;
  readonly graceful?: number;
  readonly wait: boolean;
}

const task = (group: Command, name: string, description: string): Command =>
  group
    .command(name)
    .argument('<vnf>', 'id of the instance')
    .description(description)
    .option('--no-wait', 'return as soon as the operation is recorded');

type BodyOf = (options: TaskOptions, word: string) => Json;

const instantiation: BodyOf = ({ flavour, level, link = [], body }) =>
  body === undefined
    ? { flavourId: flavour, ...defined({ instantiationLevelId: level }), extVirtualLinks: link }
    : jsonFile(body, '--body');

const reconnection: BodyOf = ({ body = '' }) => jsonFile(body, '--body');

const scaling: BodyOf = ({ aspect, steps }, direction) => ({
  type: oneOf({ out: 'SCALE_OUT', in: 'SCALE_IN' }, direction),
  aspectId: aspect,
  numberOfSteps: steps,
});

const operating: BodyOf = ({ graceful }, what) => {
  const changeStateTo = oneOf({ start: 'STARTED', stop: 'STOPPED' }, what);
  if (changeStateTo === 'STARTED') return { changeStateTo };
  if (graceful === undefined) return { changeStateTo, stopType: 'FORCEFUL' };
  return { changeStateTo, stopType: 'GRACEFUL', gracefulStopTimeout: graceful };
};

const termination: BodyOf = ({ graceful }) =>
  graceful === undefined
    ? { terminationType: 'FORCEFUL' }
    : { terminationType: 'GRACEFUL', gracefulTerminationTimeout: graceful };

function oneOf(words: Readonly<Record<string, string>>, word: string): string {
  const found = words[word];
  if (found === undefined) throw new Error(`"${word}" is not one of ${Object.keys(words).join(', ')}`);
  return found;
}

/** The handler of a task: commander gives arguments, then options, then the command. */
function run(surroundings: Surroundings, name: string, bodyOf: BodyOf) {
  return async (...given: readonly unknown[]): Promise<void> => {
    const command = given.find((each): each is Command => each instanceof Command);
    if (command === undefined) throw new Error('commander gave no command');
    const [id = '', word = ''] = command.args;
    const options = command.opts<TaskOptions>();
    const context = contextOf(command, surroundings);
    await start(context, pathTo(instances, id, name), bodyOf(options, word), options.wait);
  };
}

async function start(context: Context, path: string, body: Json, wait: boolean): Promise<void> {
  const { location = '' } = await context.client.send('POST', path, body);
  const occ = wait ? await followOperation(context, location) : await context.client.get(location);
  context.show(occ, `operation ${String(occ['id'])} is ${String(occ['operationState'])}`);
}

const instanceTable = (all: readonly Json[]): string =>
  table(
    ['VNF', 'NAME', 'PRODUCT', 'VERSION', 'STATE'],
    all.map((info) => [
      info['id'],
      info['vnfInstanceName'],
      info['vnfProductName'],
      info['vnfSoftwareVersion'],
      info['instantiationState'],
    ]),
  );

interface VnfcInfo {
  readonly id: string;
  readonly vduId: string;
  readonly metadata: {
    readonly hostId: string;
    readonly domainName: string;
    readonly placement: {
      readonly cells: readonly { readonly hostCell: number; readonly pinnedCpus: readonly number[] }[];
    };
    readonly live?: { readonly state: string };
  };
  readonly vnfcCpInfo: readonly { readonly metadata: { readonly addresses?: readonly string[] } }[];
}

function vnfcText(info: Json): string[] {
  const now = info['instantiatedVnfInfo'] as { readonly vnfcResourceInfo: readonly VnfcInfo[] } | undefined;
  if (now === undefined) return [];
  const rows = now.vnfcResourceInfo.map(({ id, vduId, metadata, vnfcCpInfo }) => [
    id,
    vduId,
    metadata.domainName,
    metadata.hostId,
    metadata.placement.cells.map((cell) => `${cell.hostCell}:${cell.pinnedCpus.join(',') || 'shared'}`).join(' '),
    metadata.live?.state,
    vnfcCpInfo.flatMap((cp) => cp.metadata.addresses ?? []).join(' '),
  ]);
  return [table(['VNFC', 'VDU', 'DOMAIN', 'HOST', 'CELL:CPUS', 'SEEN', 'ADDRESSES'], rows)];
}
