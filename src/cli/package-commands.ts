/**
 * `berth package`: VNF packages.
 */
import type { Command } from 'commander';
import { openAsBlob } from 'node:fs';
import type { Client, Json } from './client.js';
import { contextOf, type Surroundings } from './context.js';
import { pathTo } from './paths.js';
import { table } from './text.js';
import { followOnboarding } from './waiting.js';

const packages = '/vnfpkgm/v2/vnf_packages';

/** Returns the group, for commands that are no client's. */
export function addPackageCommands(program: Command, surroundings: Surroundings): Command {
  const group = program.command('package').description('VNF packages');
  group
    .command('upload [file]')
    .description('onboard a CSAR, from a file or from where Berth fetches it')
    .option('--from-uri <uri>', 'http or https URI; what may be fetched is Berth’s configuration')
    .option('--user-name <name>', 'for the URI; the password is BERTH_SOURCE_PASSWORD in the environment')
    .action(async (file: string | undefined, options: UploadOptions, command: Command) => {
      const context = contextOf(command, surroundings);
      const send = await uploadOf(file, options, surroundings);
      const { id } = (await context.client.send('POST', packages, {})).body as Json;
      const path = pathTo(packages, String(id));
      await send(context.client, `${path}/package_content`);
      const info = await followOnboarding(context, path);
      context.show(info, packageTable([info]));
    });
  group
    .command('list')
    .description('packages and their states')
    .action(async (_options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const all = await client.list(packages);
      show(all, packageTable(all));
    });
  group
    .command('show <package>')
    .description('everything of one package')
    .action(async (id: string, _options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const info = await client.get(pathTo(packages, id));
      show(info, JSON.stringify(info, null, 2));
    });
  addStateCommands(group, surroundings);
  return group;
}

function addStateCommands(group: Command, surroundings: Surroundings): void {
  for (const [name, operationalState] of Object.entries({ enable: 'ENABLED', disable: 'DISABLED' })) {
    group
      .command(`${name} <package>`)
      .description(`${name} the package for new instances`)
      .action(async (id: string, _options, command: Command) => {
        const { client, show } = contextOf(command, surroundings);
        const { body } = await client.send('PATCH', pathTo(packages, id), { operationalState });
        show(body, `package ${id} is ${operationalState}`);
      });
  }
  group
    .command('delete <package>')
    .description('delete a disabled, unused package')
    .action(async (id: string, _options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      await client.send('DELETE', pathTo(packages, id));
      show({ id }, `package ${id} is deleted`);
    });
}

interface UploadOptions {
  readonly fromUri?: string;
  readonly userName?: string;
}

/** What is sent to `package_content`; nothing is asked of Berth before it is known to be there. */
async function uploadOf(
  file: string | undefined,
  { fromUri, userName }: UploadOptions,
  { environment }: Surroundings,
): Promise<(client: Client, path: string) => Promise<unknown>> {
  if ((file === undefined) === (fromUri === undefined)) throw new Error('Give either a file or --from-uri');
  if (file !== undefined) {
    const content = await blobOf(file);
    return (client, path) => client.upload(path, content);
  }
  const password = environment['BERTH_SOURCE_PASSWORD'];
  const body = {
    addressInformation: fromUri,
    ...(userName !== undefined && { userName, ...(password && { password }) }),
  };
  return (client, path) => client.send('POST', `${path}/upload_from_uri`, body);
}

const packageTable = (all: readonly Json[]): string =>
  table(
    ['PACKAGE', 'PRODUCT', 'VERSION', 'VNFD', 'ONBOARDING', 'STATE', 'USE'],
    all.map((info) => [
      info['id'],
      info['vnfProductName'],
      info['vnfSoftwareVersion'],
      info['vnfdId'],
      info['onboardingState'],
      info['operationalState'],
      info['usageState'],
    ]),
  );

/** Node's own words do not name the file. */
async function blobOf(file: string): Promise<Blob> {
  try {
    return await openAsBlob(file);
  } catch (cause) {
    throw new Error(`The file ${file} cannot be read`, { cause });
  }
}
