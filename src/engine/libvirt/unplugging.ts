/**
 * Taking a card out of a domain that runs: the guest is asked, and asked again, until it has given the card up or the time is
 * over.
 */
import { nameOfCard } from '../../libvirt-xml/cards.js';
import type { SteadyClock } from '../../shared/clock.js';
import type { VnfcId } from '../../shared/ids.js';
import { EngineError, keptByGuest } from '../engine.js';
import type { HostLink } from './host-link.js';

/** QEMU takes a request back after five seconds; the guest is told once of all that come before. */
const pollMs = 1_000;

export async function unplugCard(
  host: Pick<HostLink, 'call'>,
  { hostId, uuid, card }: { readonly hostId: EngineError['hostId']; readonly uuid: VnfcId; readonly card: string },
  timeoutMs: number,
  clock: SteadyClock,
): Promise<void> {
  const until = clock.elapsedMs() + timeoutMs;
  for (;;) {
    const left = await host.call('detachCard', uuid, card);
    if (left.card === 'gone') return;
    if (clock.elapsedMs() + pollMs > until) {
      const said = left.said === undefined ? '' : ` (${left.said})`;
      throw new EngineError('Timeout', hostId, keptByGuest(uuid, nameOfCard(card), timeoutMs) + said);
    }
    await clock.sleep(pollMs);
  }
}
