/**
 * Readings of hosts on request, which are not kept: stacks of VNFCs, audits of hosts.
 */
import { factsNow, type FactsPorts } from './facts/facts-now.js';
import { AskedHostAudits, type HostAuditPorts } from './host-audits.js';
import { ReadStacks, type StackPorts } from '../stack/read-stack.js';

type Ports = Omit<StackPorts & HostAuditPorts, 'facts'> & FactsPorts;

export function askedNow(ports: Ports): { readonly stacks: ReadStacks; readonly hostAudits: AskedHostAudits } {
  const asked = { ...ports, facts: factsNow(ports) };
  return { stacks: new ReadStacks(asked), hostAudits: new AskedHostAudits(asked) };
}
