/**
 * What a host of the lab can be booted without, as one whose firmware or kernel is set up wrongly. Only for a cold boot: a frozen
 * host has the machine that it was frozen with.
 */
export const leftOut = ['iommu', 'acs'] as const;

/** `iommu`: the kernel does not use it. `acs`: the ports of the cards do not keep functions apart, so each card is one group. */
export type LeftOut = (typeof leftOut)[number];

export const argumentsWithout = (args: readonly string[], what: LeftOut | undefined): readonly string[] =>
  what === undefined ? args : args.map((word) => changes[what](word));

const changes: Readonly<Record<LeftOut, (word: string) => string>> = {
  iommu: (word) => word.replace('intel_iommu=on iommu=pt', 'intel_iommu=off'),
  acs: (word) => (word.startsWith('pcie-root-port,') ? `${word},disable-acs=on` : word),
};
