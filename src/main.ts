/**
 * The server as a process. What it is made of is loaded only by a Node that can.
 */
import { wrongNode } from './node-version.js';

const wrong = wrongNode();
if (wrong === undefined) await import('./serve.js');
else {
  console.error(wrong);
  process.exitCode = 2;
}
