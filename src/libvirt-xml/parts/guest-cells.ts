/**
 * When the guest sees NUMA cells of its own: it has more than one, or its only one is bound to a host cell.
 */
import type { DomainSpec } from '../domain-spec.js';

export const hasGuestCells = (spec: DomainSpec): boolean =>
  spec.cpu.cells.length > 1 || spec.cpu.cells.some((cell) => cell.hostCell !== undefined);
