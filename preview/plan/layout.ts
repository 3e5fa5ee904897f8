/**
 * Where panels stand. Grafana's grid has 24 columns, rows of 30 pixels and gaps of 8.
 */
import { nameOf, type GridPos, type Panel } from './dashboard.ts';

const columns = 24;
const rowPixels = 30;
const gapPixels = 8;

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Pixels of a place in a grid that is `width` pixels wide. */
export function boxOf({ x, y, w, h }: GridPos, width: number): Box {
  const column = (width - gapPixels * (columns - 1)) / columns;
  const across = (count: number): number => Math.round(count * (column + gapPixels));
  return {
    left: across(x),
    top: y * (rowPixels + gapPixels),
    width: across(x + w) - across(x) - gapPixels,
    height: h * (rowPixels + gapPixels) - gapPixels,
  };
}

export const heightOf = (panels: readonly Panel[]): number =>
  Math.max(0, ...panels.map(({ gridPos: { y, h } }) => (y + h) * (rowPixels + gapPixels)));

/** Sentences about panels that stand outside the grid or on each other. */
export function misplaced(panels: readonly Panel[]): readonly string[] {
  const outside = panels
    .filter(({ gridPos: { x, y, w, h } }) => x < 0 || y < 0 || w < 1 || h < 1 || x + w > columns)
    .map((panel) => `${nameOf(panel)} stands outside the grid of ${String(columns)} columns`);
  const overlaps = panels.flatMap((panel, index) =>
    panels
      .slice(index + 1)
      .filter((other) => meet(panel.gridPos, other.gridPos))
      .map((other) => `${nameOf(panel)} and ${nameOf(other)} overlap`),
  );
  return [...outside, ...overlaps];
}

const meet = (a: GridPos, b: GridPos): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
