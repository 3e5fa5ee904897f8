/**
 * PCI functions, one row each. A card is given away either whole or by its virtual functions.
 */
import type { FreeRoom } from '../free.js';
import type { Claim, PciFunction } from '../model.js';
import type { FunctionGroup } from '../shape.js';
import type { PciDemand } from './held.js';
import { row, usual, type HostDraft, type HostResource, type Sign } from './resource.js';

export const pciFunction: HostResource = {
  ...usual,
  kind: 'pci',
  isExclusive: true,
  guardedBy: 'each',
  rows: ({ pciFunctions }) => pciFunctions.map((one) => row(one.address, 1)),
  apply: (draft, { key }, sign) => {
    applyFunction(draft, key, sign);
  },
  refusal: ({ shape }, { key }) => {
    if (shape.groups.some((group) => !group.withheld && group.addresses.includes(key))) return undefined;
    const why = shape.withheld.find(({ address }) => address === key)?.takenBy;
    return `PCI function ${key} ${why === undefined ? 'does not exist or is given to nobody' : `is given to nobody: ${why}`}`;
  },
  overdrawn: (_before, after, added) => clashing(after, added),
  leftText: ({ functions }) => functions.map((addresses) => addresses.length).join(),
  words: { name: 'PCI functions', limit: 'functions', constraint: 'pci-functions' },
  isToldOf: ({ demand }) => demand.pciFunctions.length > 0,
  isOfCell: () => true,
  wouldServe: ({ key }, { demand }, { shape }) =>
    shape.groups.some(
      (group) => group.addresses.includes(key) && demand.pciFunctions.some((wish) => matches(group, wish)),
    ),
};

function applyFunction(draft: HostDraft, address: string, sign: Sign): void {
  const at = draft.shape.groups.findIndex((group) => group.addresses.includes(address));
  const before = draft.functions[at];
  if (before === undefined || before.includes(address) === (sign === 1)) return;
  const after = sign === -1 ? before.filter((one) => one !== address) : [...before, address].sort();
  draft.functions = draft.functions.with(at, after);
}

/** A physical function and one of its virtual functions never have different owners, so never both. */
function clashing(after: FreeRoom, added: readonly Claim[]): string | undefined {
  const used = (group: number) =>
    (after.functions[group]?.length ?? 0) < (after.shape.groups[group]?.addresses.length ?? 0);
  for (const [at, group] of after.shape.groups.entries()) {
    if (group.kind !== 'vf' || group.parent === -1 || !used(at) || !used(group.parent)) continue;
    const addresses = [...group.addresses, ...(after.shape.groups[group.parent]?.addresses ?? [])];
    const claim = added.find(({ kind, key }) => kind === 'pci' && addresses.includes(key));
    if (claim !== undefined) return `PCI function ${claim.key} shares a card with a physical function that is claimed`;
  }
  return undefined;
}

type Ability = Pick<PciFunction, 'kind' | 'trustCapable' | 'rateCapable'> & {
  readonly physicalNetwork?: string | undefined;
};

/** Whether a function or a group of them would be able to serve a demand, wherever it lies and whoever has it. */
export function matches(group: Ability, demand: PciDemand): boolean {
  return (
    group.kind === demand.kind &&
    (demand.physicalNetwork === undefined || group.physicalNetwork === demand.physicalNetwork) &&
    (demand.trusted !== true || group.trustCapable) &&
    (demand.rateLimited !== true || group.rateCapable)
  );
}

/** Whether a group may serve a demand: it is given away, and able to. */
export const serves = (group: FunctionGroup, demand: PciDemand): boolean => !group.withheld && matches(group, demand);
