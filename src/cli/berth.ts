#!/usr/bin/env node
/**
 * The `berth` command as a process: the client of the HTTP API, and beside it the author’s tools and `restore`, which need
 * no server. Like the root of `src/`, it binds what must not know one another.
 */
import { addAuthorCommands } from '../author/commands.js';
import { restore } from '../restore.js';
import { complaintOf, createProgram } from './program.js';
import { addRestoreCommand } from './restore-command.js';

try {
  const out = (text: string): void => console.log(text);
  const exitCode = (code: number): void => {
    process.exitCode = code;
  };
  const complain = (error: unknown): void => console.error(complaintOf(error));
  const environment = process.env;
  const program = createProgram({ environment, out }, (group) =>
    addAuthorCommands(group, { environment, out, complain, exitCode }),
  );
  addRestoreCommand(program, { environment, out }, restore);
  await program.parseAsync();
} catch (error) {
  console.error(complaintOf(error));
  process.exitCode = 1;
}
