/**
 * Runs a program and waits for it: output captured or passed through, never through a shell. Programs of
 * node_modules/.bin come first, so that `node` is the Node that package.json pins, whoever started us.
 */
import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { inTop, top } from './paths.mjs';

const running = new Set();

/** Ends what `run` and `tryRun` have started and wait for. */
export function endPrograms() {
  for (const child of running) child.kill('SIGTERM');
}

export const toolPath = () => [inTop('node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter);

/** A program that exited otherwise than with 0, or did not start; `output` is what it printed. */
export class CommandFailed extends Error {
  constructor(command, args, reason, output) {
    super(`${[command, ...args].join(' ')}: ${reason}`);
    this.name = 'CommandFailed';
    this.output = output;
  }
}

/**
 * `{ code, output, stdout, reason }`; `output` has both streams in the order in which they came. `show` passes them
 * through as well: `true`, or the name of one. `timeoutMs` ends the program, `input` is written to it.
 */
export function tryRun(command, args = [], options = {}) {
  const { cwd = top, env = {}, show = false, timeoutMs, input } = options;
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, PATH: toolPath(), ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs, killSignal: 'SIGKILL' }),
    });
    running.add(child);
    let output = '';
    let stdout = '';
    const take = (chunk, stream) => {
      output += chunk;
      if (stream === 'stdout') stdout += chunk;
      if (show === true || show === stream) process[stream].write(chunk);
    };
    child.stdout.setEncoding('utf8').on('data', (chunk) => take(chunk, 'stdout'));
    child.stderr.setEncoding('utf8').on('data', (chunk) => take(chunk, 'stderr'));
    child.on('close', () => running.delete(child));
    child.on('error', (error) => resolve({ code: -1, reason: error.message, output, stdout }));
    child.on('close', (code, signal) =>
      resolve({ code: code ?? -1, reason: signal ? `ended by ${signal}` : `exit code ${code}`, output, stdout }),
    );
    if (input !== undefined) child.stdin.end(input);
  });
}

/** Standard output of a program that has to succeed. */
export async function run(command, args = [], options = {}) {
  const result = await tryRun(command, args, options);
  if (result.code !== 0) throw new CommandFailed(command, args, result.reason, result.output);
  return result.stdout;
}
