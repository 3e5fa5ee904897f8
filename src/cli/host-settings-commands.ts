/**
 * `berth host add`, `set` and `remove`: hosts while Berth runs (docs/hosts.md).
 */
import type { Command } from 'commander';
import type { Json } from './client.js';
import { contextOf, type Surroundings } from './context.js';
import { jsonFile } from './json-file.js';
import { pathTo } from './paths.js';
import { defined } from '../shared/defined.js';

const hosts = '/nfvi/v1/hosts';

interface Options {
  readonly uri?: string;
  readonly zone?: string;
  readonly like?: string;
  readonly file?: string;
}

/** What stands on the command line wins over the file. */
function settingsOf({ file, uri, zone, like }: Options): Json {
  return {
    ...(file !== undefined && jsonFile(file, '--file')),
    ...defined({ uri, zone, like }),
  };
}

const withSettings = (command: Command): Command =>
  command
    .option('--uri <uri>', 'libvirt URI, such as qemu+tls://rack1/system')
    .option('--zone <zone>', 'resource zone')
    .option('--file <file>', 'settings as JSON, by the names of the configuration');

export function addHostSettingsCommands(host: Command, surroundings: Surroundings): void {
  withSettings(host.command('add <new-host>'))
    .description('add a host to the fleet, on every replica and for every start to come')
    .option('--like <host>', 'simulated hosts: made like that one')
    .action(async (id: string, options: Options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const body = (await client.send('POST', hosts, { ...settingsOf(options), id })).body as Json;
      show(body, `host ${id} is added; berth host show ${id} says whether it is reached`);
    });
  withSettings(host.command('set <host> [state]'))
    .description('active, draining or down: whether VNFCs may be placed on it; or settings of a host that was added')
    .action(async (id: string, adminState: string | undefined, options: Options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const settings = settingsOf(options);
      const change = { ...settings, ...defined({ adminState }) };
      if (Object.keys(change).length === 0)
        throw new Error('Say what to set: active, draining or down, or --uri, --zone or --file.');
      const body = (await client.send('PATCH', pathTo(hosts, id), change)).body as Json;
      const zone = Object.keys(settings).length === 0 ? '' : `, in zone ${String(body['zone'])}`;
      show(body, `host ${id} is ${String(body['adminState'])}${zone}`);
    });
  host
    .command('remove <host>')
    .description('remove a host that was added, or that the configuration no longer has; nothing may stand on it')
    .action(async (id: string, _options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      await client.send('DELETE', pathTo(hosts, id));
      show({}, `host ${id} is removed`);
    });
}
