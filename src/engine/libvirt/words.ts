/**
 * libvirt's numbers as words: domain states, their reasons, lifecycle events and their details, and why a connection
 * closed. Index is libvirt's enumeration value (libvirt-domain.h, libvirt-common.h).
 */
import type { DomainState } from '../engine.js';

const states: readonly DomainState[] = [
  'unknown',
  'running',
  'blocked',
  'paused',
  'shutdown',
  'shutoff',
  'crashed',
  // Suspended by the guest itself (pmsuspended).
  'paused',
];

const reasons: Readonly<Record<number, readonly string[]>> = {
  1: [
    'unknown',
    'booted',
    'migrated',
    'restored',
    'from-snapshot',
    'unpaused',
    'migration-canceled',
    'save-canceled',
    'wakeup',
    'crashed',
    'post-copy',
    'post-copy-failed',
  ],
  3: [
    'unknown',
    'user',
    'migration',
    'save',
    'dump',
    'io-error',
    'watchdog',
    'from-snapshot',
    'shutting-down',
    'snapshot',
    'crashed',
    'starting-up',
    'post-copy',
    'post-copy-failed',
    'api-error',
  ],
  4: ['unknown', 'user'],
  5: ['unknown', 'shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'from-snapshot', 'daemon'],
  6: ['unknown', 'panicked'],
};

interface LifecycleEvent {
  readonly event: string;
  /** State that the event leads to; unknown where the event says nothing about it. */
  readonly state: DomainState;
  readonly details: readonly string[];
}

const events: readonly LifecycleEvent[] = [
  { event: 'defined', state: 'unknown', details: ['added', 'updated', 'renamed', 'from-snapshot'] },
  { event: 'undefined', state: 'unknown', details: ['removed', 'renamed'] },
  { event: 'started', state: 'running', details: ['booted', 'migrated', 'restored', 'from-snapshot', 'wakeup'] },
  {
    event: 'suspended',
    state: 'paused',
    details: [
      'paused',
      'migrated',
      'io-error',
      'watchdog',
      'restored',
      'from-snapshot',
      'api-error',
      'post-copy',
      'post-copy-failed',
    ],
  },
  {
    event: 'resumed',
    state: 'running',
    details: ['unpaused', 'migrated', 'from-snapshot', 'post-copy', 'post-copy-failed'],
  },
  {
    event: 'stopped',
    state: 'shutoff',
    details: ['shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'from-snapshot'],
  },
  { event: 'shutdown', state: 'shutdown', details: ['finished', 'guest', 'host'] },
  { event: 'pmsuspended', state: 'paused', details: ['memory', 'disk'] },
  { event: 'crashed', state: 'crashed', details: ['panicked', 'crashloaded'] },
];

const closeReasons = ['connection error', 'end of file', 'keepalive timed out', 'closed by Berth'];

export const stateWord = (state: number): DomainState => states[state] ?? 'unknown';

export const reasonWord = (state: number, reason: number): string =>
  reasons[state]?.[reason] ?? `reason-${String(reason)}`;

export function eventWords(
  event: number,
  detail: number,
): { readonly event: string; readonly state: DomainState; readonly detail: string } {
  const known = events[event];
  const otherwise = `detail-${String(detail)}`;
  if (known === undefined) return { event: `event-${String(event)}`, state: 'unknown', detail: otherwise };
  return { event: known.event, state: known.state, detail: known.details[detail] ?? otherwise };
}

export const closeWord = (reason: number): string => closeReasons[reason] ?? `reason ${String(reason)}`;
