/**
 * The server as a process. What it is made of is loaded only by a Node that can, and with the memory settings of a server.
 */
import { fileURLToPath } from 'node:url';
import { argumentsAnew } from './memory-settings.js';
import { wrongNode } from './node-version.js';

const wrong = wrongNode();
if (wrong !== undefined) {
  console.error(wrong);
  process.exitCode = 2;
} else {
  const { execPath, execArgv, argv, env } = process;
  const anew = argumentsAnew({ execArgv, nodeOptions: env['NODE_OPTIONS'], isForked: process.connected });
  if (anew !== undefined && process.execve !== undefined) {
    process.execve(execPath, [execPath, ...anew, fileURLToPath(import.meta.url), ...argv.slice(2)], env);
  }
  await import('./serve.js');
}
