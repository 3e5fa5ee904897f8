/**
 * Stopping a domain: ask the guest through its agent, then by the ACPI power button, then cut the power.
 */
import type { SteadyClock } from '../../shared/clock.js';
import type { VnfcId } from '../../shared/ids.js';
import { type DomainInfo, EngineError } from '../engine.js';
import type { HostLink } from './host-link.js';

const pollMs = 200;
/** The agent gets this part of the time before the power button is pressed too. */
const agentShare = 0.5;

/** Of all of it; `until` by the steady clock. */
interface Time {
  readonly clock: SteadyClock;
  readonly timeoutMs: number;
  readonly until: number;
}

export async function stopDomain(
  host: HostLink,
  uuid: VnfcId,
  timeoutMs: number,
  clock: SteadyClock,
): Promise<DomainInfo> {
  const time: Time = { clock, timeoutMs, until: clock.elapsedMs() + timeoutMs };
  const info = await host.call('domainInfo', uuid);
  if (info.state === 'shutoff') return info;
  // Only a running guest can answer.
  if (timeoutMs > 0 && info.state === 'running') {
    const stopped = await askToStop(host, uuid, time);
    if (stopped !== undefined) return stopped;
  }
  return host.call('destroyDomain', uuid);
}

async function askToStop(host: HostLink, uuid: VnfcId, time: Time): Promise<DomainInfo | undefined> {
  const { until, timeoutMs } = time;
  if (await inTime(askAgent(host, uuid), time)) {
    const stopped = await stoppedBy(host, uuid, { ...time, until: until - timeoutMs * (1 - agentShare) });
    if (stopped !== undefined) return stopped;
  }
  await inTime(pressButton(host, uuid), time);
  return stoppedBy(host, uuid, time);
}

/** A guest or QEMU that hangs answers no request; it does not get more time for that. */
async function inTime(asking: Promise<boolean>, { clock, until }: Time): Promise<boolean> {
  const over = new AbortController();
  const late = clock.sleep(Math.max(0, until - clock.elapsedMs()), over.signal).then(() => false);
  try {
    return await Promise.race([asking, late]);
  } finally {
    over.abort();
  }
}

/** False when QEMU does not answer: then it is not asked again, and ends by force when the time is up. */
async function pressButton(host: HostLink, uuid: VnfcId): Promise<boolean> {
  try {
    await host.call('requestShutdown', uuid, 'acpi');
    return true;
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'Timeout') return false;
    throw error;
  }
}

/** False when the guest cannot be asked this way. */
async function askAgent(host: HostLink, uuid: VnfcId): Promise<boolean> {
  try {
    if (!(await host.call('agentConnected', uuid))) return false;
    await host.call('requestShutdown', uuid, 'agent');
    return true;
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}

async function stoppedBy(
  host: HostLink,
  uuid: VnfcId,
  { clock, until }: Pick<Time, 'clock' | 'until'>,
): Promise<DomainInfo | undefined> {
  for (;;) {
    const info = await host.call('domainInfo', uuid);
    if (info.state === 'shutoff') return info;
    if (clock.elapsedMs() + pollMs > until) return undefined;
    await clock.sleep(pollMs);
  }
}
