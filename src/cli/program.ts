/**
 * The `berth` command: a client of the HTTP API, nothing more.
 */
import { Command } from 'commander';
import { addAuditCommands } from './audit-commands.js';
import { addBackupCommands } from './backup-commands.js';
import { Refused } from './client.js';
import type { Surroundings } from './context.js';
import { addHostCommands } from './host-commands.js';
import { addOperationCommands } from './operation-commands.js';
import { addPackageCommands } from './package-commands.js';
import { addTaskCommands } from './task-commands.js';
import { problemText } from './text.js';
import { addVnfCommands } from './vnf-commands.js';
import { errorText } from '../shared/error-text.js';

/** `addTools` adds to `berth package` what works without a server. */
export function createProgram(surroundings: Surroundings, addTools?: (packageGroup: Command) => void): Command {
  const program = new Command('berth')
    .description('VNF packages in, placed, running and measured KVM guests out')
    .option('--url <url>', 'where Berth is, with its path behind a proxy (BERTH_URL; default http://127.0.0.1:9641)')
    .option('--data-dir <dir>', 'where Berth keeps its token (BERTH_DATA_DIR); or the token itself in BERTH_TOKEN')
    .option('--ca <file>', 'PEM file with the CA of Berth’s certificate, for https (BERTH_CA)')
    .option('--client-certificate <file>', 'PEM file to show where Berth asks for one (BERTH_CLIENT_CERTIFICATE)')
    .option('--client-key <file>', 'PEM file with its key (BERTH_CLIENT_KEY)')
    .option('--tls-name <name>', 'the name that Berth’s certificate is of, if not that of the URL (BERTH_TLS_NAME)')
    .option('--json', 'answers as Berth gave them')
    .showHelpAfterError()
    // Help too must say so when it cannot be written; commander would leave the process before that is known.
    .configureOutput({ writeOut: (text) => surroundings.out(text.replace(/\n$/, '')) })
    .exitOverride();
  addHostCommands(program, surroundings);
  const packageGroup = addPackageCommands(program, surroundings);
  addTools?.(packageGroup);
  addVnfCommands(program, surroundings);
  addOperationCommands(program, surroundings);
  addBackupCommands(program, surroundings);
  addAuditCommands(program, surroundings);
  addTaskCommands(program, surroundings);
  // Carried out before options are read: behind it stand the server's own.
  program.command('serve').description('the server itself; `berth serve --help` has its options').helpOption(false);
  return program;
}

/** What a failed command says on standard error. */
export const complaintOf = (error: unknown): string =>
  error instanceof Refused ? problemText({ detail: error.message, ...error.problem }) : withCause(error);

/** fetch says only "fetch failed"; what failed is the cause. */
function withCause(error: unknown): string {
  const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
  const said = fileComplaint(error) ?? errorText(error);
  return cause === undefined ? said : `${said}: ${withCause(cause)}`;
}

const fileTroubles: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `There is no ${path}; check the name and the current folder.`,
  EACCES: (path) => `${path} may not be read or written by this user.`,
  ENOTDIR: (path) => `${path} is no folder, or lies below something that is none.`,
};

/** What the operating system says of a file that the caller named, in a sentence. */
function fileComplaint(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  // Found out only when it is read, by which time its path is gone.
  if (error.code === 'EISDIR') return 'A folder was named where a file is needed.';
  return 'path' in error ? fileTroubles[String(error.code)]?.(String(error.path)) : undefined;
}
