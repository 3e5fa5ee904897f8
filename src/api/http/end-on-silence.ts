/**
 * Requests whose client sends nothing any more: without an end they would hold their resource forever.
 */
import type { IncomingMessage } from 'node:http';
import { limitOf } from './limits.js';

/** Long enough for a disk of ours that does not take what the client has sent. */
const silenceMs = limitOf('uploadSilenceMs');

/** Ends the request, and its connection, when nothing of its body comes for so long; its reader is told why. */
export function endOnSilence(request: IncomingMessage, ms = silenceMs): void {
  request.setTimeout(ms, () => request.destroy(new Error(`nothing came for ${ms / 1000} s`)));
  request.once('end', () => request.setTimeout(0));
}
