/**
 * The server as a process. What it is made of is loaded only by a Node that can, and with the memory settings of a server.
 */
import { fileURLToPath } from 'node:url';
import { restartArguments } from './memory-settings.js';
import { wrongNode } from './node-version.js';

const wrong = wrongNode();
if (wrong !== undefined) {
  console.error(wrong);
  process.exitCode = 2;
} else {
  const { execPath, execArgv, argv, env } = process;
  const restart = restartArguments({ execArgv, nodeOptions: env['NODE_OPTIONS'], isForked: process.connected });
  if (restart !== undefined && process.execve !== undefined) {
    process.execve(execPath, [execPath, ...restart, fileURLToPath(import.meta.url), ...argv.slice(2)], env);
  }
  await import('./serve.js');
}
