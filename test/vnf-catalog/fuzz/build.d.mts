export interface Fuzzer {
  /** Folders of headers below vnf-catalog. */
  readonly includes: readonly string[];
  readonly sources: readonly string[];
  readonly ownsMemory?: boolean;
}
export const fuzzers: Readonly<Record<string, Fuzzer>>;
/** Sources of the UPF's agent that belong to its process, and are linked with no fuzzer. */
export const ofProcess: readonly string[];
export function buildFuzzer(name: string, folder: string): string;
