/**
 * Starts Berth, says where it listens and where the token is, and stops it on SIGTERM or SIGINT. Log lines go to
 * standard error, what a person should read to standard output.
 */
import 'reflect-metadata';
import { homedir } from 'node:os';
import { pino, type Logger } from 'pino';
import { compose, type Berth } from './compose.js';
import { ConfigError, type BerthConfig } from './config/config.js';
import { loadConfig } from './config/load.js';
import { usage } from './config/sources.js';
import { ensureToken } from './config/token.js';
import { LogOutput, withoutWaiting } from './log-output.js';
import { startFailure } from './start-failure.js';

const USAGE_ERROR = 2;
const STDERR = 2;
/** For lines that wait when the process ends. */
const lastLinesMs = 500;

function configuration(): BerthConfig | 'help' {
  const user = { isRoot: process.getuid?.() === 0, home: homedir };
  return loadConfig({ argv: process.argv.slice(2), environment: process.env, user });
}

async function run(config: BerthConfig): Promise<void> {
  const { log, droppedLines } = startLog(config);
  const { token, file } = await ensureToken(config.dataDir, config.token);
  const berth = await compose(config, token, log, undefined, droppedLines);
  stopOnSignal(berth, log);
  // A terminal that closes ends a server that has nothing to look at again.
  if (config.tls !== undefined) process.on('SIGHUP', () => void berth.lookAgain());
  const origin = await berth.start();
  console.log(`Berth listens on ${origin}; its API page is ${origin}/docs`);
  console.log(file === undefined ? 'The token is the configured one.' : `The token is in ${file}`);
  log.info({ origin, dataDir: config.dataDir, fleet: config.fleet.kind }, 'Berth is up');
}

function startLog({ logLevel }: BerthConfig): { readonly log: Logger; readonly droppedLines: () => number } {
  const output = new LogOutput(withoutWaiting(STDERR));
  const log = pino({ level: logLevel }, output);
  output.onDropped = (dropped) => log.warn({ dropped }, 'log lines were dropped: what reads the log does not keep up');
  process.once('exit', () => output.flush(lastLinesMs));
  return { log, droppedLines: () => output.droppedLines };
}

/** A second signal does not wait: what is under way is taken up again at the next start. */
function stopOnSignal(berth: Berth, log: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping; virtual machines keep running');
    berth.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function fail(error: unknown): never {
  console.error(error instanceof ConfigError ? error.message : startFailure(error));
  process.exit(error instanceof ConfigError ? USAGE_ERROR : 1);
}

try {
  const config = configuration();
  if (config === 'help') console.log(usage);
  else await run(config);
} catch (error) {
  fail(error);
}
