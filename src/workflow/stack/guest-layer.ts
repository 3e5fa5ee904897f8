/**
 * The guest's operating system, as its agent says.
 */
import type { StackLayer } from '../commands.js';
import type { Gathered } from './gathered.js';
import { row } from './rows.js';
import { agentChannel } from '../../libvirt-xml/agent-channel.js';
import { defined } from '../../shared/defined.js';

export function guestLayer({ vnfc, guestOs: { value: os, why }, domain }: Gathered): StackLayer {
  const hasChannel = domain.value?.hardware.devices.some(({ name }) => name === agentDevice);
  return {
    layer: 'guest',
    source: vnfc.guest.agent
      ? 'The guest agent is asked (guest-get-osinfo): its answer is in the guest’s own words.'
      : 'Only a guest agent could tell (guest-get-osinfo), and this VNF has none.',
    ...defined({ unknownBecause: why }),
    rows: [
      row('os', 'Operating system', { now: os && (os.prettyName ?? os.id ?? 'not told') }),
      row('os-version', 'Version', { now: os?.version }),
      row('kernel', 'Kernel', { now: os?.kernel }),
      row('machine', 'Instruction set', { now: os?.machine }),
      row('hostname', 'Host name given to it', { now: vnfc.hostname }),
      row('agent', 'Guest agent', {
        now: hasChannel === undefined ? undefined : agentText(hasChannel),
        planned: agentText(vnfc.guest.agent),
      }),
    ],
  };
}

const agentDevice = `channel ${agentChannel}`;

const agentText = (has: boolean): string => (has ? 'has a channel' : 'has no channel');
