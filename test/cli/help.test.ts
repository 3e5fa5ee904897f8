/** Help goes the way of every answer, and ends nothing by itself: what cannot be printed must not look well. */
import { expect, test } from '@jest/globals';
import { createProgram } from '../../src/cli/program.js';
import { systemClock } from '../../src/system.js';

test.each([
  [['--help'], 'Usage: berth [options]'],
  [['vnf', '--help'], 'Usage: berth vnf [options]'],
  [['help', 'host'], 'Usage: berth host [options]'],
  [['vnf', 'show', '--help'], 'Usage: berth vnf show [options]'],
])('%j is printed where answers are', async (argv, usage) => {
  const said: string[] = [];
  const program = createProgram({ clock: systemClock, environment: {}, out: (text) => void said.push(text) });
  await expect(program.parseAsync(argv, { from: 'user' })).rejects.toMatchObject({ exitCode: 0 });
  expect(said.join('\n')).toContain(usage);
});
