/**
 * The counters of one domain in the parameters of virDomainStatsRecord (virConnectGetAllDomainStats, where their names
 * are).
 */
import type { BlockStats, DomainStats, InterfaceStats } from '../../engine.js';
import type { Parameters } from './typed-parameters.js';

const nanoseconds = 1e9;

/** 0 where libvirt leaves it out. */
export const number = (values: Parameters, name: string): number => Number(values.get(name) ?? 0);

const text = (values: Parameters, name: string): string => String(values.get(name) ?? '');
const indices = (values: Parameters, counter: string): readonly number[] => [...Array(number(values, counter)).keys()];

/** Offline vCPUs have no time; their numbers are kept. */
export const vcpus = (values: Parameters): DomainStats['vcpus'] =>
  indices(values, 'vcpu.maximum')
    .filter((index) => values.has(`vcpu.${String(index)}.time`))
    .map((index) => ({ index, timeSeconds: number(values, `vcpu.${String(index)}.time`) / nanoseconds }));

/** A PCI function has no device on the host, and so nothing there counts for it. */
export const interfaces = (values: Parameters): readonly InterfaceStats[] =>
  indices(values, 'net.count')
    .map((index) => `net.${String(index)}`)
    .filter((prefix) => values.has(`${prefix}.name`))
    .map((prefix) => interfaceStats(values, prefix));

const interfaceStats = (values: Parameters, prefix: string): InterfaceStats => ({
  device: text(values, `${prefix}.name`),
  rxBytes: number(values, `${prefix}.rx.bytes`),
  rxPackets: number(values, `${prefix}.rx.pkts`),
  rxErrors: number(values, `${prefix}.rx.errs`),
  rxDropped: number(values, `${prefix}.rx.drop`),
  txBytes: number(values, `${prefix}.tx.bytes`),
  txPackets: number(values, `${prefix}.tx.pkts`),
  txErrors: number(values, `${prefix}.tx.errs`),
  txDropped: number(values, `${prefix}.tx.drop`),
});

export const blocks = (values: Parameters): BlockStats[] =>
  indices(values, 'block.count').map((index) => {
    const prefix = `block.${String(index)}`;
    return {
      target: text(values, `${prefix}.name`),
      readBytes: number(values, `${prefix}.rd.bytes`),
      readRequests: number(values, `${prefix}.rd.reqs`),
      writeBytes: number(values, `${prefix}.wr.bytes`),
      writeRequests: number(values, `${prefix}.wr.reqs`),
      allocationBytes: number(values, `${prefix}.allocation`),
      capacityBytes: number(values, `${prefix}.capacity`),
    };
  });
