/**
 * Commands of `berth` in a page, and whether the program takes them: its own parser reads each, and nothing is done.
 */
import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.js';
import { systemClock } from '../../src/system.js';

/** Lines of blocks without the comment at their end, and what stands in the text between backquotes. */
export const commandsIn = (page: string): readonly string[] => [
  ...[...page.matchAll(/^berth .+$/gm)].map(([line]) => line.replace(/\s+#\s.*$/, '')),
  ...[...page.matchAll(/`(berth [^`]+)`/g)].map((match) => match[1] ?? ''),
];

/** What the program says of the command line; undefined: it takes it. */
export function complaintOf(command: string): string | undefined {
  const said: string[] = [];
  const program = createProgram({ clock: systemClock, environment: {}, out: () => undefined });
  disarm(program, said);
  try {
    program.parse(command.split(/\s+/).slice(1), { from: 'user' });
    return undefined;
  } catch (error) {
    return said.join('').split('\n')[0] || String(error);
  }
}

function disarm(command: Command, said: string[]): void {
  command.exitOverride().configureOutput({ writeErr: (text) => said.push(text), writeOut: () => undefined });
  if (command.commands.length === 0 || command.name() === 'audit') command.action(() => undefined);
  for (const each of command.commands) disarm(each, said);
}
