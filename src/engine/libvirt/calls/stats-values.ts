/**
 * The counters of one domain in the parameters of virDomainStatsRecord (virConnectGetAllDomainStats, where their names
 * are). libvirt leaves out what it cannot find out at the moment, above all while a job holds the domain: what it does
 * not tell is absent here.
 */
import type { BlockStats, DomainStats, InterfaceStats } from '../../engine.js';
import { stateWord } from '../words.js';
import type { Parameters } from './typed-parameters.js';
import { defined } from '../../../shared/defined.js';

const nanoseconds = 1e9;
const kibibyte = 1024;

export function domainNumbers(values: Parameters): Omit<DomainStats, 'uuid' | 'name'> {
  const state = stateWord(number(values, 'state.state') ?? 0);
  // Its definition has a size, but it holds no memory.
  const memory = state === 'shutoff' ? undefined : number(values, 'balloon.current', kibibyte);
  return {
    state,
    vcpus: vcpus(values),
    interfaces: interfaces(values),
    blocks: blocks(values),
    ...defined({
      cpuTimeSeconds: number(values, 'cpu.time', 1 / nanoseconds),
      memoryBytes: memory,
      memoryRssBytes: number(values, 'balloon.rss', kibibyte),
    }),
  };
}

/** Undefined where libvirt leaves it out, or says -1: unknown. */
function number(values: Parameters, name: string, unit = 1): number | undefined {
  const value = values.get(name);
  return typeof value === 'number' && value >= 0 ? value * unit : undefined;
}

/** The numbers that come with an index, by the parameter that says how many there are or, without it, by their names. */
function indices(values: Parameters, group: string, counter: string): readonly number[] {
  const count = number(values, `${group}.${counter}`);
  if (count !== undefined) return [...Array(count).keys()];
  const named = [...values.keys()].flatMap((name) => {
    const [first, index, ...rest] = name.split('.');
    return first === group && rest.length > 0 && /^\d+$/.test(index ?? '') ? [Number(index)] : [];
  });
  return [...new Set(named)].sort((a, b) => a - b);
}

/** Offline vCPUs have no time; their numbers are kept. */
export const vcpus = (values: Parameters): DomainStats['vcpus'] =>
  indices(values, 'vcpu', 'maximum').flatMap((index) => {
    const prefix = `vcpu.${String(index)}`;
    const timeSeconds = number(values, `${prefix}.time`, 1 / nanoseconds);
    const waits = { waitSeconds: counted(values, `${prefix}.wait`), delaySeconds: counted(values, `${prefix}.delay`) };
    return timeSeconds === undefined ? [] : [{ index, timeSeconds, ...defined(waits) }];
  });

/** libvirt says 0 where the kernel counts nothing, and a thread that ran has always waited for some nanoseconds. */
const counted = (values: Parameters, name: string): number | undefined =>
  number(values, name, 1 / nanoseconds) || undefined;

/** A PCI function has no device on the host, and so nothing there counts for it. */
export const interfaces = (values: Parameters): readonly InterfaceStats[] =>
  indices(values, 'net', 'count').flatMap((index) => {
    const prefix = `net.${String(index)}`;
    const device = values.get(`${prefix}.name`);
    return typeof device === 'string' ? [{ device, ...interfaceNumbers(values, prefix) }] : [];
  });

const interfaceNumbers = (values: Parameters, prefix: string): Omit<InterfaceStats, 'device'> =>
  defined({
    rxBytes: number(values, `${prefix}.rx.bytes`),
    rxPackets: number(values, `${prefix}.rx.pkts`),
    rxErrors: number(values, `${prefix}.rx.errs`),
    rxDropped: number(values, `${prefix}.rx.drop`),
    txBytes: number(values, `${prefix}.tx.bytes`),
    txPackets: number(values, `${prefix}.tx.pkts`),
    txErrors: number(values, `${prefix}.tx.errs`),
    txDropped: number(values, `${prefix}.tx.drop`),
  });

export const blocks = (values: Parameters): readonly BlockStats[] =>
  indices(values, 'block', 'count').flatMap((index) => {
    const prefix = `block.${String(index)}`;
    const target = values.get(`${prefix}.name`);
    return typeof target === 'string' ? [{ target, ...blockNumbers(values, prefix) }] : [];
  });

const blockNumbers = (values: Parameters, prefix: string): Omit<BlockStats, 'target'> =>
  defined({
    readBytes: number(values, `${prefix}.rd.bytes`),
    readRequests: number(values, `${prefix}.rd.reqs`),
    writeBytes: number(values, `${prefix}.wr.bytes`),
    writeRequests: number(values, `${prefix}.wr.reqs`),
    allocationBytes: number(values, `${prefix}.allocation`),
    capacityBytes: number(values, `${prefix}.capacity`),
  });
