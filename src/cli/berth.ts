#!/usr/bin/env node
/**
 * The `berth` command as a process: the client of the HTTP API, and beside it the author’s tools, the lab, `restore`
 * and `serve`, which need no server. Like the root of `src/`, it binds what must not know one another.
 */
import { CommanderError } from 'commander';
import { addAuthorCommands } from '../author/commands.js';
import { addLabCommands } from '../lab/commands.js';
import { isRightNode, wrongNode } from '../node-version.js';
import { restore } from '../restore.js';
import { systemClock } from '../system.js';
import { launch } from './launch.js';
import { Output } from './output.js';
import { complaintOf, createProgram } from './program.js';
import { addRestoreCommand } from './restore-command.js';

const main = new URL('../main.js', import.meta.url);

/** The options behind `serve` are the server’s own; on a Node that can, it runs in this process. */
async function serve(argv: readonly string[]): Promise<void> {
  const complaint = wrongNode();
  if (complaint === undefined) {
    process.argv = [process.argv[0] ?? 'node', main.pathname, ...argv];
    await import('../main.js');
  } else process.exitCode = await launch(argv, { main, isRight: isRightNode, complaint });
}

async function command(): Promise<void> {
  const output = new Output(process.stdout, (sentence) => console.error(sentence));
  process.once('exit', (code) => {
    if (code === 0 && output.hasFailed) process.exitCode = 1;
  });
  const out = output.line;
  const exitCode = (code: number): void => {
    process.exitCode = code;
  };
  const complain = (error: unknown): void => console.error(complaintOf(error));
  const environment = process.env;
  const clock = systemClock;
  const program = createProgram({ environment, out, clock }, (group) =>
    addAuthorCommands(group, { environment, out, complain, exitCode, clock }),
  );
  addRestoreCommand(program, { environment, out }, onRightNode(restore));
  addLabCommands(program, { environment, out, exitCode, clock });
  await program.parseAsync();
}

/** A database is opened by a native module. */
const onRightNode =
  (work: typeof restore): typeof restore =>
  (...args) => {
    const complaint = wrongNode();
    return complaint === undefined ? work(...args) : Promise.reject(new Error(complaint));
  };

try {
  const [, , first, ...rest] = process.argv;
  await (first === 'serve' ? serve(rest) : command());
} catch (error) {
  // Of help, and of arguments that cannot be, everything has been said.
  if (!(error instanceof CommanderError)) console.error(complaintOf(error));
  process.exitCode = error instanceof CommanderError ? error.exitCode : 1;
}
