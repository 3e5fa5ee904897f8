/**
 * How much garbage V8 may keep before it collects it. Left alone, the young generation grows to 128 MiB and the old one to
 * a multiple of what lives in it, and little of either is given back. V8 takes these settings only at the start of a
 * process, so the server replaces itself (execve) with one that has them: process id, open files and signals stay.
 */
const settings = ['--max-semi-space-size=16', '--heap-growing-percent=80'];

interface Beginning {
  readonly execArgv: readonly string[];
  readonly nodeOptions: string | undefined;
  /** Whoever forks a server has chosen its arguments, and would lose the channel. */
  readonly isForked: boolean;
}

/** Arguments of Node for the restart; undefined: none is needed. */
export function restartArguments({ execArgv, nodeOptions = '', isForked }: Beginning): readonly string[] | undefined {
  const isChosen = /--(?:max|min)[-_]semi[-_]space[-_]size/.test([nodeOptions, ...execArgv].join(' '));
  return isForked || isChosen ? undefined : [...execArgv, ...settings];
}
