/**
 * `berth package lint` and `berth package build`: for the author of a package, without a server.
 */
import type { Command } from 'commander';
import { rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { buildPackage } from './build.js';
import { lintPackage, type LintReport } from './lint.js';
import { reportSarif } from './report-sarif.js';
import { reportText } from './report-text.js';

export interface AuthorSurroundings {
  readonly out: (text: string) => void;
  /** The exit code of the process, when the command itself did what it should. */
  readonly exitCode: (code: number) => void;
}

const formats: Readonly<Record<string, (report: LintReport) => string>> = {
  text: reportText,
  json: ({ accepted, findings }) => JSON.stringify({ accepted, findings }, null, 2),
  sarif: (report) => JSON.stringify(reportSarif(report), null, 2),
};

export function addAuthorCommands(group: Command, surroundings: AuthorSurroundings): void {
  group
    .command('lint <path>')
    .description('say what Berth would say of a package (folder or CSAR) at onboarding; no server needed')
    .option('--format <format>', `${Object.keys(formats).join(', ')}`, 'text')
    .action(async (path: string, { format }: { readonly format: string }) => lint(path, format, surroundings));
  group
    .command('build <folder>')
    .description('write a CSAR with its manifest and digests; no server needed')
    .option('--output <file>', 'where to write it (default: <folder>.csar here)')
    .option('--released <time>', 'vnf_release_date_time, RFC 3339 (default: what the manifest says, else now)')
    .action(async (folder: string, options: BuildArguments) => build(folder, options, surroundings));
}

async function lint(path: string, format: string, { out, exitCode }: AuthorSurroundings): Promise<void> {
  const render = formats[format];
  if (render === undefined)
    throw new Error(`There is no format ${format}; there are ${Object.keys(formats).join(', ')}.`);
  const report = await onPath(path, () => lintPackage(path));
  out(render(report));
  if (!report.accepted) exitCode(1);
}

interface BuildArguments {
  readonly output?: string;
  readonly released?: string;
}

/** What is built is read again as the server would; a CSAR that Berth refuses is not left behind. */
async function build(folder: string, options: BuildArguments, { out, exitCode }: AuthorSurroundings): Promise<void> {
  const toFile = options.output ?? `${basename(resolve(folder))}.csar`;
  const releasedAt = options.released ?? new Date().toISOString();
  const built = await onPath(folder, () => buildPackage(folder, toFile, { releasedAt }));
  const report =
    built.manifestPath === undefined
      ? { findings: built.findings, accepted: false, flavours: [], lines: new Map<string, string>() }
      : await lintPackage(toFile);
  if (report.findings.length > 0) out(reportText(report));
  if (report.accepted) {
    out(`${toFile}: ${built.files} files, manifest ${built.manifestPath ?? ''}`);
    return;
  }
  if (built.manifestPath !== undefined) await rm(toFile);
  exitCode(1);
}

async function onPath<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Error(`${path} cannot be read`, { cause: error });
  }
}
