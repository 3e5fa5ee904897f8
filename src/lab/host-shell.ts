/**
 * A host of the lab by ssh: with the key of its image, and only if it shows the image's host key.
 */
import { tryProgram, type ProgramEnd } from './program.js';

export interface ShellAddress {
  readonly port: number;
  readonly key: string;
  readonly knownHosts: string;
}

/** Everything but the command. */
export function sshArguments({ port, key, knownHosts }: ShellAddress, isQuiet: boolean): readonly string[] {
  const options = [
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${knownHosts}`,
    'GlobalKnownHostsFile=/dev/null',
    'IdentitiesOnly=yes',
    ...(isQuiet ? ['BatchMode=yes', 'ConnectTimeout=10', 'LogLevel=ERROR'] : []),
  ].flatMap((option) => ['-o', option]);
  return ['-F', '/dev/null', '-i', key, '-p', String(port), ...options, 'root@127.0.0.1'];
}

/** A line for each port, with the host key that the image has. */
export const knownHostsText = (ports: readonly number[], hostKey: string): string =>
  ports.map((port) => `[127.0.0.1]:${port} ${hostKey.trim().split(' ').slice(0, 2).join(' ')}\n`).join('');

export const inHost = (address: ShellAddress, command: string, limitMs: number): Promise<ProgramEnd> =>
  tryProgram('ssh', [...sshArguments(address, true), command], { limitMs });
