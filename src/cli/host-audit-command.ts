/**
 * `berth host audit`: how hosts are set up. What nobody owns on them is `berth audit`.
 */
import type { Command } from 'commander';
import { printable } from '../shared/printable.js';
import { Refused, type Json } from './client.js';
import { contextOf, type Surroundings } from './context.js';
import { pathTo } from './paths.js';

const hosts = '/nfvi/v1/hosts';

interface Finding {
  readonly code: string;
  readonly severity: string;
  readonly because: string;
  readonly reason: string;
  readonly fix: string;
}

interface Check {
  readonly code: string;
  readonly because: string;
  readonly command: string;
  readonly right: string;
}

interface HostAudit {
  readonly hostId: string;
  readonly readAt: string;
  readonly findings: readonly Finding[];
  readonly checks: readonly Check[];
  readonly right: readonly string[];
  readonly leftOut: Readonly<Record<string, number>>;
}

export function addHostAuditCommand(group: Command, surroundings: Surroundings): void {
  group
    .command('audit [host]')
    .description(
      'how a host is set up: what is wrong, why, how to mend it; all hosts without one (see also: berth audit)',
    )
    .action(async (id: string | undefined, _options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const ids = id === undefined ? (await client.list(hosts)).map((host) => String(host['id'])) : [id];
      const audits: Json[] = [];
      const texts: string[] = [];
      for (const each of ids) {
        try {
          const body = await client.get(pathTo(hosts, each, 'audit'));
          audits.push(body);
          texts.push(auditText(body as unknown as HostAudit));
        } catch (error) {
          // Of many hosts, one that does not answer costs the others nothing.
          if (id !== undefined || !(error instanceof Refused)) throw error;
          audits.push({ hostId: each, problem: error.problem });
          texts.push(`host ${each}: ${error.message}`);
        }
      }
      show(id === undefined ? audits : audits[0], texts.join('\n\n'));
    });
}

function auditText({ hostId, readAt, findings, checks, right, leftOut }: HostAudit): string {
  const more = Object.entries(leftOut).map(([code, count]) => `  ${code}: ${count} more`);
  return [
    `host ${hostId}, as of ${readAt}: ${findings.length} findings, ${right.length} rules hold, ${checks.length} to look for on the host`,
    ...findings.flatMap(({ severity, code, reason, because, fix }) => [
      '',
      `${severity} ${code}: ${reason}`,
      `  why: ${because}`,
      `  fix: ${fix}`,
    ]),
    ...more,
    ...(checks.length === 0 ? [] : ['', 'Cannot be read from here; run on the host:']),
    ...checks.flatMap(({ code, because, command, right: should }) => [
      '',
      `${code}: ${because}`,
      `  $ ${command}`,
      `  right: ${should}`,
    ]),
  ]
    .map(printable)
    .join('\n');
}
