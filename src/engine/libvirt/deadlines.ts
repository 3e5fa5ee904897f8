/**
 * How long a native call may take before its child process is killed, in milliseconds. libvirt itself gives up on a
 * hung QEMU after 30 s, so ordinary calls wait a little longer. A call that reports progress starts its time again.
 */
import type { CallName } from './calls/registry.js';

const ordinaryMs = 45_000;

const exceptions: Partial<Record<CallName, number>> = {
  // Zeroing all hugepages of a large guest takes its time.
  ensureStarted: 300_000,
  // Starts a QEMU, too, but one of a few pages.
  createTransient: 120_000,
  // Asks every domain; a hung QEMU holds it until that answers or is destroyed.
  readStats: 5_000,
  // The kernel walks the page tables of every guest.
  readWhereabouts: 20_000,
  // The agent is given 5 s to come in step and 5 s to answer.
  agentCommand: 15_000,
  // Waits for the guest's agent or for QEMU.
  requestShutdown: 15_000,
  describeHost: 60_000,
  describeTuning: 60_000,
};

export const deadlineMs = (name: CallName): number => exceptions[name] ?? ordinaryMs;
