/**
 * Requests whose client stops sending: without a limit they would hold their resource forever.
 */
import type { IncomingMessage } from 'node:http';
import { limitOf } from './limits.js';

/** Long enough for a disk of ours that does not take what the client has sent. */
const silenceMs = limitOf('uploadSilenceMs');

/** Ends the request, and its connection, when nothing of its body comes for so long; its reader gets the reason as an error. */
export function endOnSilence(request: IncomingMessage, ms = silenceMs): void {
  request.setTimeout(ms, () => request.destroy(new Error(`nothing came for ${ms / 1000} s`)));
  request.once('end', () => request.setTimeout(0));
}
