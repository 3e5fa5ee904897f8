/** Network cards that come and go while a domain is defined or runs (libvirt-domain: attach and detach of devices). */
import { nameOfCard, presenceOf } from '../../../libvirt-xml/cards.js';
import { whyMalformed } from '../../../libvirt-xml/read-well-formed.js';
import type { VnfcId } from '../../../shared/ids.js';
import {
  DomainAttachDeviceFlags,
  DomainDetachDeviceFlags,
  DomainGetXMLDesc,
  DomainIsActive,
  DomainIsPersistent,
  type DomainPtr,
} from '../bindings.js';
import { CallRefusal, check, NativeFailure, present } from '../native.js';
import type { CallContext } from './context.js';
import { withDomain } from './domains.js';

const INACTIVE = 2;
const AFFECT_LIVE = 1;
const AFFECT_CONFIG = 2;
/** An unplug that the guest refused, and one that it was asked for a moment ago. */
const INTERNAL_ERROR = 1;
const OPERATION_FAILED = 9;
/** The domain ended between look and act. */
const OPERATION_INVALID = 55;

/** What a domain is changed by, and how it is at present. */
interface Side {
  readonly flag: number;
  readonly xml: string;
}

/** As it runs, if it does, and as it is defined. */
function sidesOf(domain: DomainPtr): readonly Side[] {
  const isRunning = check(DomainIsActive(domain)) === 1;
  const isDefined = check(DomainIsPersistent(domain)) === 1;
  return [
    ...(isRunning ? [{ flag: AFFECT_LIVE, xml: present(DomainGetXMLDesc(domain, 0)) }] : []),
    ...(isDefined ? [{ flag: AFFECT_CONFIG, xml: present(DomainGetXMLDesc(domain, INACTIVE)) }] : []),
  ];
}

export function ensureCard(context: CallContext, uuid: VnfcId, card: string): void {
  refuseMalformed(card);
  withDomain(context, uuid, (domain) => {
    for (const { flag, xml } of sidesOf(domain)) {
      const presence = presenceOf(xml, card);
      if (presence === 'other')
        throw new CallRefusal('Conflict', `Domain ${uuid} has another card like ${nameOfCard(card)}.`);
      if (presence === 'absent') check(DomainAttachDeviceFlags(domain, card, flag));
    }
  });
}

/** What became of a card that was to leave. `asked`: the guest has it still; `said`: the hypervisor's words, if it had any. */
export interface Leaving {
  readonly card: 'gone' | 'asked';
  readonly said?: string;
}

/** Asks the guest, and says whether it has given the card up: only then it leaves the definition. */
export function detachCard(context: CallContext, uuid: VnfcId, card: string): Leaving {
  refuseMalformed(card);
  return withDomain(context, uuid, (domain) => {
    const live = sidesOf(domain).find(({ flag }) => flag === AFFECT_LIVE);
    if (live !== undefined && presenceOf(live.xml, card) === 'there') {
      const said = askGuest(domain, card);
      if (hasLive(domain, card)) return { card: 'asked', ...(said !== undefined && { said }) };
    }
    const defined = sidesOf(domain).find(({ flag }) => flag === AFFECT_CONFIG);
    if (defined !== undefined && presenceOf(defined.xml, card) === 'there')
      check(DomainDetachDeviceFlags(domain, card, AFFECT_CONFIG));
    return { card: 'gone' };
  });
}

const hasLive = (domain: DomainPtr, card: string): boolean =>
  sidesOf(domain).some(({ flag, xml }) => flag === AFFECT_LIVE && presenceOf(xml, card) === 'there');

/** libvirt waits a few seconds for the guest by itself; a refusal of this moment is no refusal for good. */
function askGuest(domain: DomainPtr, card: string): string | undefined {
  try {
    check(DomainDetachDeviceFlags(domain, card, AFFECT_LIVE));
    return undefined;
  } catch (error) {
    const isPassing =
      error instanceof NativeFailure && [INTERNAL_ERROR, OPERATION_FAILED, OPERATION_INVALID].includes(error.code);
    if (!isPassing) throw error;
    return error.message;
  }
}

function refuseMalformed(card: string): void {
  const why = whyMalformed(card);
  if (why !== undefined) throw new CallRefusal('Rejected', `The XML of the card is not XML: ${why}`);
}
