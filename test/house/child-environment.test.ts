/**
 * Processes that Berth starts get an environment by name: its token and the address of its database are not theirs.
 */
import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { childEnvironment } from '../../src/shared/child-environment.js';

/** Starts Berth itself, which is to have all that its caller gave. */
const launcher = 'cli/launch.ts';
const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && file !== launcher)
  .map((file) => ({ file, text: readFileSync(`src/${file}`, 'utf8') }));

/** What starts a process, with its arguments up to the end of the call's options. */
const starts = sources.flatMap(({ file, text }) =>
  /from 'node:child_process'/.test(text)
    ? [...text.matchAll(/(?<![#.\w])(?:fork|spawn|spawnSync|exec|execSync|execFile|execFileSync)\([\s\S]*?\}\);/g)].map(
        (match) => ({
          file,
          call: match[0],
        }),
      )
    : [],
);

test('every process is started with the environment of children', () => {
  expect(starts.length).toBeGreaterThanOrEqual(2);
  expect(starts.filter(({ call }) => !call.includes('env: childEnvironment('))).toEqual([]);
});

test('the environment of children holds what libvirt and ssh need, and nothing else', () => {
  const own = {
    ...{ BERTH_TOKEN: 't', BERTH_STORE: 'postgres://berth:secret@db/berth', PGPASSWORD: 'p', NODE_OPTIONS: '--x' },
    ...{ PATH: '/bin', LC_ALL: 'C', LIBVIRT_DEBUG: '1', SSH_AUTH_SOCK: '/run/agent', HOME: undefined },
  };
  expect(childEnvironment(own)).toEqual({
    ...{ PATH: '/bin', LC_ALL: 'C', LIBVIRT_DEBUG: '1', SSH_AUTH_SOCK: '/run/agent' },
  });
});
