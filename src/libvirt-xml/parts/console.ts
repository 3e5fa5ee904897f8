/**
 * The serial console, in both modes: every guest knows a 16550. It is a pty on the host for whoever looks live, and
 * each byte also goes to a log that outlives the guest.
 */
import { el } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';
import type { Contribution } from './part.js';

export function serialConsole(spec: DomainSpec): Contribution {
  const log = spec.serialLog === undefined ? undefined : el('log', { file: spec.serialLog, append: 'on' });
  return {
    devices: [
      el('serial', { type: 'pty' }, log, el('target', { type: 'isa-serial', port: 0 })),
      el('console', { type: 'pty' }, log, el('target', { type: 'serial', port: 0 })),
    ],
  };
}
