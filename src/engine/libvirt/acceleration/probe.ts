/**
 * Runs the probe guest in a transient domain and says how it ended. Agentless: the image goes through libvirt's
 * stream, the domain dies with the connection that made it, and nothing stays behind.
 */
import type { HypervisorProfile } from '../../../libvirt-xml/hypervisors/profile.js';
import { el } from '../../../libvirt-xml/xml/element.js';
import { render } from '../../../libvirt-xml/xml/render.js';
import type { SteadyClock } from '../../../shared/clock.js';
import { vnfcId } from '../../../shared/ids.js';
import { type Engine, EngineError, type EngineEvent } from '../../engine.js';
import type { HostLink } from '../host-link.js';
import { probeImage } from './probe-image.js';

export type ProbeOutcome =
  | { readonly passed: true; readonly milliseconds: number }
  /** A sentence without its full stop: what the guest did instead. */
  | { readonly passed: false; readonly because: string };

/** Fixed, so that what a killed probe left is found and removed by the next. */
const uuid = vnfcId('6c7a1f0e-3b52-4a86-9d0c-be7740ca51de');
const name = 'berth-acceleration-probe';
const volumeName = `${name}.img`;
const limitMs = 10_000;
const pollMs = 50;
/** From the domain's disappearance to the event that says why. */
const graceMs = 1_000;

/** Under `profile`; that of QEMU alone checks the probe itself. */
export async function probe(
  engine: Engine,
  host: HostLink,
  pool: string,
  profile: HypervisorProfile,
  clock: SteadyClock,
): Promise<ProbeOutcome> {
  await engine.removeDomain(uuid);
  const volume = await engine.ensureContent({ pool, name: volumeName }, probeImage());
  const ending = watchEnding(engine);
  try {
    await host.call('createTransient', probeXml(profile, volume.path));
    return await outcome(engine, ending, clock);
  } catch (error) {
    return refusal(error);
  } finally {
    ending.close();
    await engine.removeDomain(uuid);
    await engine.removeVolume({ pool, name: volumeName });
  }
}

interface Ending {
  /** libvirt's word for why the domain stopped, once it has. */
  detail: string | undefined;
  readonly close: () => void;
}

function watchEnding(engine: Engine): Ending {
  const close = engine.onEvent((event: EngineEvent) => {
    if (event.type === 'domain' && event.uuid === uuid && event.event === 'stopped') ending.detail = event.detail;
  });
  const ending: Ending = { detail: undefined, close };
  return ending;
}

async function outcome(engine: Engine, ending: Ending, clock: SteadyClock): Promise<ProbeOutcome> {
  const from = clock.elapsedMs();
  for (;;) {
    const state = await stateOf(engine);
    if (state === 'gone') return gone(ending, clock.elapsedMs() - from, clock);
    if (state !== 'running' && state !== 'shutdown') return { passed: false, because: `stopped in state ${state}` };
    if (clock.elapsedMs() - from > limitMs) {
      return { passed: false, because: `still ran after ${String(limitMs / 1000)} s` };
    }
    await clock.sleep(pollMs);
  }
}

async function gone(ending: Ending, milliseconds: number, clock: SteadyClock): Promise<ProbeOutcome> {
  for (let waited = 0; ending.detail === undefined && waited < graceMs; waited += pollMs) await clock.sleep(pollMs);
  if (ending.detail === 'shutdown') return { passed: true, milliseconds: Math.round(milliseconds) };
  return { passed: false, because: `ended as ${ending.detail ?? 'unknown'}` };
}

async function stateOf(engine: Engine): Promise<string> {
  try {
    return (await engine.domain(uuid)).state;
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'NotFound') return 'gone';
    throw error;
  }
}

/** A start that is refused is an answer; a host that is lost is not. */
function refusal(error: unknown): ProbeOutcome {
  if (!(error instanceof EngineError) || error.kind !== 'Rejected') throw error;
  // QEMU's last words may be several lines.
  const words = (error.native?.text ?? error.message).replace(/\s+/g, ' ').trim();
  return { passed: false, because: `was refused (${words})` };
}

/** SATA, because the firmware boots from it without further ado. */
const probeXml = ({ domainType, diskDriver, defaultCpu }: HypervisorProfile, path: string): string =>
  render(
    el(
      'domain',
      { type: domainType },
      el('name', {}, name),
      el('uuid', {}, uuid),
      el('memory', { unit: 'MiB' }, 64),
      el('vcpu', {}, 1),
      el('os', {}, el('type', { arch: 'x86_64', machine: 'q35' }, 'hvm'), el('boot', { dev: 'hd' })),
      el('features', {}, el('acpi'), el('apic')),
      ...(defaultCpu === undefined ? [el('cpu', { mode: 'host-passthrough', check: 'none' })] : []),
      el('on_poweroff', {}, 'destroy'),
      el('on_reboot', {}, 'destroy'),
      el('on_crash', {}, 'destroy'),
      el(
        'devices',
        {},
        disk(path, diskDriver),
        el('controller', { type: 'usb', model: 'none' }),
        el('memballoon', { model: 'none' }),
      ),
    ),
  );

const disk = (path: string, driver: string) =>
  el(
    'disk',
    { type: 'file', device: 'disk' },
    el('driver', { name: driver, type: 'raw' }),
    el('source', { file: path }),
    el('target', { dev: 'sda', bus: 'sata' }),
  );
