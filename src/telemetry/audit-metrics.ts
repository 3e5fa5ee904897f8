/**
 * What nobody here owns, counted per host, kind and owner.
 */
import type { AuditEntry } from '../workflow/audit/audit-view.js';
import { catalogue } from './catalogue.js';
import type { Instruments } from './instruments.js';

/** `host` is empty for what lies in the data directory. */
export function showAudit(to: Instruments, entries: readonly AuditEntry[]): void {
  const groups = Map.groupBy(entries, ({ hostId = '', kind, whose }) => JSON.stringify([hostId, kind, whose]));
  to.replace(
    catalogue.auditEntries,
    [...groups].map(([key, members]) => {
      const [host, kind, whose] = JSON.parse(key) as [string, string, string];
      return { labels: { host, kind, whose }, value: members.length };
    }),
  );
}
