/**
 * QEMU processes of this machine by the name of their domain.
 */
import { readdirSync, readFileSync } from 'node:fs';

function guestName(pid) {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.map((word) => /^guest=([^,]+)/.exec(word)?.[1]).find(Boolean);
  } catch {
    return undefined;
  }
}

/** `[{ pid, name }]` of every domain whose name begins with `prefix`. */
export const guestProcesses = (prefix) =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => ({ pid: Number(pid), name: guestName(pid) }))
    .filter(({ name }) => name?.startsWith(prefix));

/** How the names of an instance's domains begin (src/lifecycle/naming.ts). */
export const domainPrefix = (instanceId) => `berth-${instanceId.replaceAll('-', '').slice(0, 12)}-`;
