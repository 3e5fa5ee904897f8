/** One command to a guest's agent (libvirt-qemu). Any failure to reach the agent is Unavailable. */
import type { VnfcId } from '../../../shared/ids.js';
import { DomainQemuAgentCommand } from '../bindings.js';
import { CallRefusal, NativeFailure, present } from '../native.js';
import type { CallContext } from './context.js';
import { withDomain } from './domains.js';

/** OPERATION_INVALID: not running; ARGUMENT_UNSUPPORTED, CONFIG_UNSUPPORTED: no channel yet or at all. */
const notThere: ReadonlySet<number> = new Set([55, 67, 74]);

/** What a guest prints comes in one answer. More is not taken: it would be held in memory several times over. */
const mostAnswerChars = 1024 * 1024;

/** Gives the agent's `return` value as JSON text. */
export function agentCommand(context: CallContext, uuid: VnfcId, command: string, timeoutSeconds: number): string {
  return withDomain(context, uuid, (domain) => {
    try {
      return bounded(present(DomainQemuAgentCommand(domain, command, timeoutSeconds, 0)));
    } catch (error) {
      if (error instanceof NativeFailure && notThere.has(error.code))
        throw new CallRefusal('Unavailable', error.message);
      throw error;
    }
  });
}

function bounded(answer: string): string {
  if (answer.length <= mostAnswerChars) return answer;
  const found = `The guest answered ${answer.length} characters`;
  throw new CallRefusal('Rejected', `${found}; at most ${mostAnswerChars} are taken. Let its command print less.`);
}
