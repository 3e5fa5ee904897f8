import { complaintOf, createProgram } from '../../src/cli/program.js';
import { systemClock } from '../../src/system.js';
import { token } from '../api/door.js';
import type { Server } from './server.js';

/** What `berth` prints of a command to this server, its complaint included. */
export async function berthCommand({ origin }: Pick<Server, 'origin'>, ...args: readonly string[]): Promise<string> {
  const said: string[] = [];
  const environment = { BERTH_URL: origin, BERTH_TOKEN: token };
  const program = createProgram({ clock: systemClock, environment, out: (text) => said.push(text) });
  try {
    await program.parseAsync(['node', 'berth', ...args]);
  } catch (error) {
    said.push(complaintOf(error));
  }
  return said.join('\n');
}
