/**
 * `berth package lint` and `berth package build`: for the author of a package, without a server. Exit codes: 0 accepted,
 * 1 refused for what is in the package, 2 not done (nothing to read, no such option, a key that does not open).
 */
import type { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { WallClock } from '../shared/clock.js';
import { isDateTime } from '../package/manifest.js';
import { buildPackage } from './build.js';
import { lintPackage, type LintReport } from './lint.js';
import { reportSarif } from './report-sarif.js';
import { reportText } from './report-text.js';
import {
  passphraseVariable,
  signatureChecks,
  signingOf,
  type SigningArguments,
  type TrustArguments,
} from './signatures.js';
import { defined } from '../shared/defined.js';

export interface AuthorSurroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly out: (text: string) => void;
  /** Says why a command was not done. */
  readonly complain: (error: unknown) => void;
  /** The exit code of the process. */
  readonly exitCode: (code: number) => void;
  /** By which certificates are valid. */
  readonly clock: WallClock;
}

const formats: Readonly<Record<string, (report: LintReport) => string>> = {
  text: reportText,
  json: ({ accepted, findings }) => JSON.stringify({ accepted, findings }, null, 2),
  sarif: (report) => JSON.stringify(reportSarif(report), null, 2),
};

export function addAuthorCommands(group: Command, surroundings: AuthorSurroundings): void {
  group
    .command('lint <path>')
    .description('say what Berth would say of a package (folder, CSAR) or a VNFD at onboarding; no server needed')
    .option('--format <format>', `${Object.keys(formats).join(', ')} (default: text)`)
    .option('--out, --output <file>', 'where to write the report (default: standard output)')
    .option('--trust-store <path>', 'verify signatures: certificates to trust, as the server’s `trustStore`')
    .option('--revocation-lists <path>', 'as the server’s `revocationLists`')
    .option('--signature-policy <policy>', 'require, warn, off (default: require with a trust store, else off)')
    .action(async (path: string, options: LintArguments, command: Command) =>
      attempt(surroundings, () => lint(path, { ...options, ...formatOf(command) }, surroundings)),
    );
  group
    .command('build <folder>')
    .description('write a CSAR with its manifest and digests, signed or not; no server needed')
    .option('--out, --output <file>', 'where to write it (default: <folder>.csar here; .zip with --option 2)')
    .option(
      '--released <time>',
      'vnf_release_date_time, RFC 3339 (default: the manifest’s, SOURCE_DATE_EPOCH, newest file)',
    )
    .option('--digest <algorithm>', 'SHA-256 or SHA-512, of files and of the signature', 'SHA-256')
    .option('--key <file>', 'sign with this private key (PEM)')
    .option('--certificate <file>', 'its certificate (PEM), then those between it and its root')
    .option('--passphrase-file <file>', `for an encrypted key; or in ${passphraseVariable}`)
    .option('--option <number>', '1: the manifest is signed; 2: the archive is, inside another (SOL004 clause 5)', '1')
    .option('--force', 'write it even if Berth would refuse it')
    .action(async (folder: string, options: BuildArguments) =>
      attempt(surroundings, () => build(folder, options, surroundings)),
    );
}

async function attempt({ complain, exitCode }: AuthorSurroundings, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    complain(error);
    exitCode(2);
  }
}

interface LintArguments extends TrustArguments {
  readonly format?: string;
  readonly output?: string;
}

/** `berth --json` asks for JSON of every command. */
function formatOf(command: Command): { readonly format: string } {
  const { format, json } = command.optsWithGlobals<{ readonly format?: string; readonly json?: true }>();
  return { format: format ?? (json === true ? 'json' : 'text') };
}

async function lint(path: string, options: LintArguments, { out, exitCode, clock }: AuthorSurroundings): Promise<void> {
  const { format = 'text', output } = options;
  const render = Object.hasOwn(formats, format) ? formats[format] : undefined;
  if (render === undefined) {
    throw new Error(`There is no format ${format}; there are ${Object.keys(formats).join(', ')}.`);
  }
  const checks = await signatureChecks(options, clock);
  const report = await lintPackage(path, checks);
  if (output === undefined) out(render(report));
  else await writeFile(output, `${render(report)}\n`);
  if (!report.accepted) exitCode(1);
}

interface BuildArguments extends SigningArguments {
  readonly output?: string;
  readonly released?: string;
  readonly digest: string;
  readonly force?: true;
}

async function build(folder: string, options: BuildArguments, surroundings: AuthorSurroundings): Promise<void> {
  const { environment, out, exitCode, clock } = surroundings;
  const digest = digests[options.digest.toUpperCase()];
  if (digest === undefined) throw new Error(`There is no digest ${options.digest}; there are SHA-256, SHA-512.`);
  if (options.released !== undefined && !isDateTime(options.released)) {
    throw new Error(`${options.released} is no RFC 3339 time such as 2026-01-31T12:00:00Z.`);
  }
  const signing = await signingOf(options, digest.hash, environment, clock);
  const toFile = options.output ?? `${basename(resolve(folder))}.${signing?.option === 2 ? 'zip' : 'csar'}`;
  const { report, written } = await buildPackage(folder, toFile, {
    algorithm: digest.algorithm,
    force: options.force === true,
    ...released(options.released, environment),
    ...(signing && { signing }),
  });
  if (report.findings.length > 0) out(reportText(report));
  if (written === undefined) {
    exitCode(1);
    return;
  }
  const signed = signing === undefined ? 'not signed' : `signed (option ${signing.option})`;
  out(`${toFile}: ${written.files} files, manifest ${written.manifestPath}, ${signed}`);
}

const digests: Readonly<
  Record<string, { readonly hash: 'sha256' | 'sha512'; readonly algorithm: 'sha-256' | 'sha-512' }>
> = {
  'SHA-256': { hash: 'sha256', algorithm: 'sha-256' },
  'SHA-512': { hash: 'sha512', algorithm: 'sha-512' },
};

/** SOURCE_DATE_EPOCH: seconds since 1970 (reproducible-builds.org). */
function released(asked: string | undefined, environment: NodeJS.ProcessEnv) {
  const epoch = environment['SOURCE_DATE_EPOCH'];
  return {
    ...defined({ releasedAt: asked }),
    ...(epoch === undefined || !/^\d{1,10}$/.test(epoch) ? {} : { otherwiseMs: Number(epoch) * 1000 }),
  };
}
