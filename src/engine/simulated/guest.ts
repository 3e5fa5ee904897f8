/**
 * The guest inside a simulated domain: no code of the image runs. It answers as the guest contract
 * (docs/vnf-guest-contract.md) asks, whatever the VNF: ready once booted, and any JSON object is a configuration.
 * In a role that is known it reports the numbers of that role, made up.
 */
import { createHash } from 'node:crypto';
import type { VnfcId } from '../../shared/ids.js';
import type { GuestCommandResult, GuestOs } from '../engine.js';
import { guestNumbers } from './guest-numbers.js';
import { changeRunning, findDomain } from './domain-table.js';
import type { GuestState, RunningDomain, SimulatedHost } from './host-state.js';
import { Refusal } from './refusal.js';
import { interfaceStats } from './stats.js';
import { isJsonObject } from '../../shared/json-object.js';

export const newGuest: GuestState = {
  ready: true,
  reason: '',
  hung: false,
  configGeneration: 0,
  configDigest: '',
  files: {},
};

export function guestExec(host: SimulatedHost, uuid: VnfcId, command: readonly string[]): GuestCommandResult {
  const running = reach(host, uuid);
  const [verb, argument] = [command.at(-2), command.at(-1)];
  if (command.length === 1 && verb === undefined && argument === 'true') return success('');
  if (verb === 'configure' && argument !== undefined) return configure(host, uuid, running, argument);
  if (argument === 'status') return success(`${JSON.stringify(statusOf(host, running))}\n`);
  return failure(127, `a simulated guest has no command '${command.join(' ')}', only status and configure`);
}

/** Nothing of an operating system runs. */
export function guestOs(host: SimulatedHost, uuid: VnfcId): GuestOs {
  reach(host, uuid);
  return { id: 'simulated', prettyName: 'simulated guest' };
}

export function guestWriteFile(host: SimulatedHost, uuid: VnfcId, path: string, content: Uint8Array): void {
  const { guest } = reach(host, uuid);
  const text = Buffer.from(content).toString('utf8');
  changeRunning(host, uuid, { guest: { ...guest, files: { ...guest.files, [path]: text } } });
}

/** The running domain, when its agent answers. */
function reach(host: SimulatedHost, uuid: VnfcId): RunningDomain {
  const { running } = findDomain(host, uuid);
  if (!running) throw unavailable('domain is not running');
  if (!running.demand.agent) throw unavailable('QEMU guest agent is not configured');
  if (running.guest.hung || host.clock.timeMs() < running.startedAtMs + host.guestBootMs) {
    throw unavailable('Guest agent is not responding: QEMU guest agent is not connected');
  }
  return running;
}

const unavailable = (text: string): Refusal => new Refusal('Unavailable', 'agentUnresponsive', text);

function configure(host: SimulatedHost, uuid: VnfcId, { guest }: RunningDomain, path: string): GuestCommandResult {
  const content = guest.files[path];
  if (content === undefined) return failure(1, `${path}: No such file or directory`);
  if (!holdsJsonObject(content)) return failure(1, `${path} holds no JSON object`);
  const configDigest = createHash('sha256').update(content).digest('hex');
  changeRunning(host, uuid, { guest: { ...guest, configGeneration: guest.configGeneration + 1, configDigest } });
  return success('');
}

function holdsJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value);
  } catch {
    return false;
  }
}

function statusOf(host: SimulatedHost, running: RunningDomain): Readonly<Record<string, unknown>> {
  const { ready, reason, configGeneration, configDigest } = running.guest;
  const stats = interfaceStats(host, running);
  const interfaces = stats.map(({ device: _host, ...counters }, index) => [
    `eth${String(index)}`,
    { state: 'up', ...counters },
  ]);
  return {
    ready,
    reason,
    ...roleOf(
      host,
      running,
      stats.reduce((sum, one) => sum + (one.txPackets ?? 0), 0),
    ),
    uptimeSeconds: Math.floor((host.clock.timeMs() - running.startedAtMs) / 1000),
    configGeneration,
    configDigest,
    interfaces: Object.fromEntries(interfaces) as unknown,
    daemons: {},
  };
}

function roleOf(host: SimulatedHost, { demand, startedAtMs }: RunningDomain, packetsForwarded: number) {
  const list = host.roles.get(demand.vdu ?? '');
  if (list === undefined) return { role: 'simulated', counters: { packetsForwarded } };
  const numbers = guestNumbers(list, (host.clock.timeMs() - startedAtMs) / 1000);
  return { role: demand.vdu, ...numbers, counters: { packetsForwarded, ...numbers.counters } };
}

const success = (stdout: string): GuestCommandResult => ({ exitCode: 0, stdout, stderr: '' });
const failure = (exitCode: number, text: string): GuestCommandResult => ({ exitCode, stdout: '', stderr: `${text}\n` });
