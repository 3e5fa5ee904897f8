/**
 * Hardware requirements of a VDU as one map: the HPA registry's keys (IFA011), the same wrapped in JSON as ONAP does,
 * and Nova's extra specs as they occur in the wild. Readers ask by meaning, with every spelling known.
 */
import { readYaml } from '../tosca/read-yaml.js';
import { child, textMapOf, textOf, type YamlMap } from '../tosca/tree.js';

export type Requirements = ReadonlyMap<string, string>;

/** Of `capabilities.virtual_compute`. */
export function requirementsOf(compute: YamlMap | undefined): Requirements {
  const cpu = child(compute, 'virtual_cpu', 'vdu_cpu_requirements');
  const memory =
    child(compute, 'virtual_memory', 'vdu_mem_requirements') ??
    child(compute, 'virtual_memory', 'vdu_memory_requirements');
  const free = textMapOf(child(compute, 'compute_requirements'));
  const nova = novaSpecsOf(compute);
  const { nova_extra_specs: _, ...rest } = free;
  const all = [...[cpu, memory].map(textMapOf), rest, nova ?? {}].flatMap(Object.entries);
  return new Map(all.map(([key, value]) => [key, unwrap(String(value))]));
}

/** A map, or a text that holds one in YAML, of which JSON is a part; undefined when the text holds none. */
export function novaSpecsOf(compute: YamlMap | undefined): Readonly<Record<string, string>> | undefined {
  const specs = child(compute, 'compute_requirements', 'nova_extra_specs');
  const text = textOf(specs);
  if (text === undefined) return textMapOf(specs);
  const { root, findings } = readYaml('', text);
  return root?.kind === 'map' && findings.length === 0 ? textMapOf(root) : undefined;
}

/** ONAP: `{"schemaVersion": "0", "mandatory": "true", "configurationValue": "dedicated"}`. */
export function unwrap(text: string): string {
  const value = parseObject(text)['configurationValue'];
  if (value === undefined) return text;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  if (!text.trimStart().startsWith('{')) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Spellings by meaning; the first is the registry's. */
export const spellings = {
  cpuPolicy: ['logicalCpuPinningPolicy', 'hw:cpu_policy', 'cpu_policy'],
  threadPolicy: ['logicalCpuThreadPinningPolicy', 'hw:cpu_thread_policy', 'cpu_thread_policy'],
  emulatorPolicy: ['emulatorThreadsPolicy', 'hw:emulator_threads_policy'],
  dedicatedMask: ['hw:cpu_dedicated_mask', 'cpu_dedicated_mask'],
  realtime: ['hw:cpu_realtime', 'cpu_realtime'],
  realtimeMask: ['hw:cpu_realtime_mask', 'cpu_realtime_mask'],
  smt: ['simultaneousMultiThreading'],
  cpuModel: ['cpuModel'],
  instructionSets: ['instructionSetRequirements'],
  cellPolicy: ['hw:pci_numa_affinity_policy', 'pci_numa_affinity_policy'],
  pageSize: ['memoryPageSize', 'hw:mem_page_size', 'mem_page_size'],
  locality: ['memoryAllocationPolicy'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type RequirementMeaning = keyof typeof spellings;

export function requirement(map: Requirements, meaning: RequirementMeaning): string | undefined {
  const key = spellings[meaning].find((name) => map.has(name));
  return key === undefined ? undefined : map.get(key)?.trim();
}
