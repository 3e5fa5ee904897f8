/**
 * `berth host`: the infrastructure.
 */
import type { Command } from 'commander';
import type { Json } from './client.js';
import { contextOf, type Surroundings } from './context.js';
import { pathTo } from './paths.js';
import { addHostAuditCommand } from './host-audit-command.js';
import { addHostSettingsCommands } from './host-settings-commands.js';
import { functionTable, type ShownFunction } from './function-table.js';
import { table } from './text.js';

const hosts = '/nfvi/v1/hosts';

interface Host {
  readonly id: string;
  readonly zone: string;
  readonly adminState: string;
  readonly missing?: boolean;
  readonly origin?: string;
  readonly reachable: boolean;
  readonly unreachableBecause?: string;
  readonly unusableBecause?: string;
  readonly holders: readonly { readonly vnfcId: string; readonly vnfInstanceId: string }[];
  readonly acceleration?: { readonly kind: string; readonly technology: string; readonly reason: string };
  readonly cells: readonly Cell[];
  readonly pciFunctions?: readonly ShownFunction[];
}

interface Cell {
  readonly id: number;
  readonly cpus: { readonly total: number; readonly shared: readonly number[]; readonly free: readonly number[] };
  readonly pages: readonly { readonly pageSizeKiB: number; readonly total: number; readonly free: number }[];
  readonly memoryMiB: { readonly total: number; readonly free: number };
}

export function addHostCommands(program: Command, surroundings: Surroundings): void {
  const host = program.command('host').description('hosts of the fleet');
  host
    .command('list')
    .description('hosts with what is free on them')
    .action(async (_options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const all = await client.list(hosts);
      show(all, hostTable(all as unknown as readonly Host[]));
    });
  host
    .command('show <host>')
    .description('cells, cores, pages and PCI functions of a host')
    .action(async (id: string, _options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const body = await client.get(pathTo(hosts, id));
      const one = body as unknown as Host;
      show(
        body,
        [hostTable([one]), ...troubleOf(one), cellTable(one), ...functionTable(one.pciFunctions)].join('\n\n'),
      );
    });
  addHostAuditCommand(host, surroundings);
  addHostSettingsCommands(host, surroundings);
  host
    .command('accept <host> <address>')
    .description('take a PCI function in quarantine as it is, when it was changed on purpose (else: its repair)')
    .action(async (id: string, address: string, _options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const path = pathTo(pathTo(hosts, id, 'pci-functions'), address, 'accept');
      const body = (await client.send('POST', path, {})).body as Json;
      show(body, acceptedText(id, address, (body as unknown as Host).pciFunctions));
    });
  host
    .command('lost <host>')
    .description('declare that a host will not come back: operations end without it, and say what may still run there')
    .action(async (id: string, _options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const body = (await client.send('POST', pathTo(hosts, id, 'lost'), {})).body as Json;
      show(body, lostText(id, (body as unknown as Host).holders));
    });
  host
    .command('found <host>')
    .description('take a host that was declared lost into service again')
    .action(async (id: string, _options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const body = (await client.send('POST', pathTo(hosts, id, 'found'), {})).body as Json;
      show(body, `host ${id} is ${String(body['adminState'])}`);
    });
}

function acceptedText(id: string, address: string, all: Host['pciFunctions']): string {
  const one = all?.find((each) => each.address === address.toLowerCase());
  const now = `${one?.state ?? 'unknown'}${one?.unavailableBecause === undefined ? '' : `: ${one.unavailableBecause}`}`;
  return `PCI function ${address} of host ${id} is accepted as it is; its state: ${now}`;
}

function lostText(id: string, holders: Host['holders']): string {
  const back = `If it comes back: berth host found ${id}`;
  if (holders.length === 0) return `host ${id} is lost; no VNFC stands on it.\n${back}`;
  const affected = holders.map(({ vnfcId, vnfInstanceId }) => `  VNFC ${vnfcId} of VNF ${vnfInstanceId}`);
  return [`host ${id} is lost. What may still run there:`, ...affected, 'Terminate or scale these VNFs.', back].join(
    '\n',
  );
}

/** Why it is not at work. */
export const troubleOf = ({ id, unusableBecause, unreachableBecause }: Trouble): readonly string[] => [
  ...(unusableBecause === undefined ? [] : [`host ${id} cannot be used: ${unusableBecause}`]),
  ...(unreachableBecause === undefined ? [] : [`host ${id} is not reached: ${unreachableBecause}`]),
];

type Trouble = Pick<Host, 'id' | 'unusableBecause' | 'unreachableBecause'>;

const hostTable = (all: readonly Host[]): string =>
  table(
    ['HOST', 'ZONE', 'STATE', 'REACHABLE', 'ACCELERATION', 'FREE CPUS', 'FREE MEMORY MiB', 'ORIGIN'],
    all.map(({ id, zone, adminState, missing, origin, reachable, acceleration, cells }) => [
      id,
      zone,
      adminState,
      missing === true ? 'missing' : reachable ? 'yes' : 'no',
      acceleration && `${acceleration.kind} (${acceleration.technology})`,
      `${sum(cells, (cell) => cell.cpus.free.length)} of ${sum(cells, (cell) => cell.cpus.total)}`,
      sum(cells, (cell) => cell.memoryMiB.free),
      origin,
    ]),
  );

const cellTable = ({ cells, acceleration }: Host): string =>
  [
    table(
      ['CELL', 'SHARED CPUS', 'FREE CPUS', 'FREE PAGES', 'FREE MEMORY MiB'],
      cells.map(({ id, cpus, pages, memoryMiB }) => [
        id,
        cpus.shared.join(','),
        cpus.free.join(','),
        pages.map((pool) => `${pool.free} of ${pool.total} x ${pool.pageSizeKiB} KiB`).join(', '),
        memoryMiB.free,
      ]),
    ),
    ...(acceleration ? ['', `${acceleration.kind}: ${acceleration.reason}`] : []),
  ].join('\n');

const sum = (cells: readonly Cell[], of: (cell: Cell) => number): number =>
  cells.reduce((total, cell) => total + of(cell), 0);
