/**
 * How much garbage V8 may keep before it collects it. Left alone, the young generation grows to 128 MiB and the old one to
 * a multiple of what lives in it, and little of either is given back. V8 takes these settings only when a process begins,
 * so that the server begins anew with them, in the same process: id, files and signals stay.
 */
const settings = ['--max-semi-space-size=16', '--heap-growing-percent=80'];

interface Beginning {
  readonly execArgv: readonly string[];
  readonly nodeOptions: string | undefined;
  /** Whoever forks a server has chosen its arguments, and would lose the channel. */
  readonly isForked: boolean;
}

/** Arguments of Node with which to begin anew; undefined: as it began it goes on. */
export function argumentsAnew({ execArgv, nodeOptions = '', isForked }: Beginning): readonly string[] | undefined {
  const isChosen = /--(?:max|min)[-_]semi[-_]space[-_]size/.test([nodeOptions, ...execArgv].join(' '));
  return isForked || isChosen ? undefined : [...execArgv, ...settings];
}
