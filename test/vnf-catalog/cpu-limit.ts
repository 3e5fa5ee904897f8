/**
 * A command with a limit on the CPU that it uses, as arguments of `spawn`: beyond it the kernel kills it. How long a busy
 * machine takes to give it that much does not count.
 */
export const withCpuSeconds = (seconds: number, ...command: readonly string[]): [string, string[]] => [
  '/bin/sh',
  ['-c', `ulimit -t ${String(seconds)}; exec "$@"`, 'sh', ...command],
];
