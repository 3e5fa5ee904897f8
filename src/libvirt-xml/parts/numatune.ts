/**
 * Where memory comes from: each guest cell strictly from its host cell, and everything else of the domain from those
 * cells together. Strict: no room there fails the start; memory from a far cell would be slow in silence. A guest that is
 * bound to no cell takes what was counted for it first of all, or it would take what is promised to one that is bound.
 */
import { el } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';
import { cpuList } from '../cpu-list.js';
import type { Contribution } from './part.js';

export function numatune(spec: DomainSpec): Contribution {
  const bound = spec.cpu.cells.flatMap(({ hostCell }, cellid) =>
    hostCell === undefined ? [] : [{ cellid, hostCell }],
  );
  if (bound.length === 0) return preferred(spec);
  const nodes = bound.map(({ cellid, hostCell }) => el('memnode', { cellid, mode: 'strict', nodeset: hostCell }));
  const all = cpuList(bound.map(({ hostCell }) => hostCell));
  // A cell that may lie anywhere must not be bound by the domain-wide rule.
  const whole = bound.length === spec.cpu.cells.length ? [el('memory', { mode: 'strict', nodeset: all })] : [];
  return { top: [el('numatune', {}, ...whole, ...nodes)] };
}

const preferred = ({ memory: { nearCell } }: DomainSpec): Contribution =>
  nearCell === undefined ? {} : { top: [el('numatune', {}, el('memory', { mode: 'preferred', nodeset: nearCell }))] };
