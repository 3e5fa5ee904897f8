/**
 * What an eye would see in a drawn dashboard: text that is cut, panels on each other, no data, no unit.
 */
import { allPanels, nameOf, type Panel } from '../plan/dashboard.ts';
import type { Picture } from './picture.ts';

interface Drawn {
  readonly panel: Panel;
  readonly box: HTMLElement;
}

export function faultsOf(picture: Picture): readonly string[] {
  const drawn = allPanels(picture.dashboard).flatMap((panel): Drawn[] => {
    const box = document.querySelector<HTMLElement>(`[data-panel="${String(panel.id)}"]`);
    return box ? [{ panel, box }] : [];
  });
  const wide = document.documentElement.scrollWidth > picture.width;
  return [
    ...(wide ? ['the page is wider than the picture'] : []),
    ...overlaps(drawn),
    ...drawn.flatMap((one) =>
      [
        ...broken(one.box),
        ...cutTexts(one.box),
        ...longLegend(one.box),
        ...wideTable(one.box),
        ...(isEmpty(picture, one.panel) ? [] : [...saysNothing(one.box), ...tightAxes(one), ...withoutUnit(one)]),
      ].map((fault) => `${nameOf(one.panel)}: ${fault}`),
    ),
  ];
}

/** It has nothing to show, and may have nothing. */
const isEmpty = ({ answers, mayBeEmpty }: Picture, { id, title = '' }: Panel): boolean =>
  mayBeEmpty.includes(title) && (answers[id] ?? []).every(({ series }) => series.length === 0);

const overlaps = (drawn: readonly Drawn[]): readonly string[] =>
  drawn.flatMap(({ panel, box }, index) =>
    drawn
      .slice(index + 1)
      .filter((other) => meet(box.getBoundingClientRect(), other.box.getBoundingClientRect()))
      .map((other) => `${nameOf(panel)} and ${nameOf(other.panel)} overlap`),
  );

const meet = (a: DOMRect, b: DOMRect): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const quoted = (text: string): string => `'${text.trim().slice(0, 90)}'`;

const hasOwnText = (element: Element): boolean =>
  [...element.childNodes].some((node) => node instanceof Text && node.data.trim() !== '');

function cutTexts(box: HTMLElement): readonly string[] {
  const texts = [...box.querySelectorAll<HTMLElement>('*')].filter(
    (element) => hasOwnText(element) && element.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
  );
  const raw = texts.filter(({ textContent }) => /\$\{|\{\{/.test(textContent ?? ''));
  return [
    ...inGroups(texts.flatMap((element) => howCut(element, box) ?? [])),
    ...raw.map(({ textContent }) => `a variable was not filled in: ${quoted(textContent ?? '')}`),
  ];
}

interface Cut {
  readonly how: string;
  readonly text: string;
}

/** One sentence for each way in which texts are cut. */
const inGroups = (cuts: readonly Cut[]): readonly string[] =>
  [...Map.groupBy(cuts, ({ how }) => how)].map(([how, all]) => {
    const examples = all.slice(0, 3).map(({ text }) => quoted(text));
    return `${String(all.length)} texts are cut ${how}: ${examples.join(', ')}${all.length > 3 ? ' and so on' : ''}`;
  });

function howCut(element: HTMLElement, box: HTMLElement): Cut | undefined {
  const { scrollWidth, clientWidth } = element;
  const text = element.textContent ?? '';
  if (scrollWidth > clientWidth + 1 && getComputedStyle(element).overflowX !== 'visible')
    return { how: 'at the end', text: `${text} (${String(scrollWidth)} pixels in ${String(clientWidth)})` };
  const range = document.createRange();
  range.selectNodeContents(element);
  const at = range.getBoundingClientRect();
  const room = clipOf(element, box);
  // The title of a column goes on below that of the next.
  const column = element.closest('[role="columnheader"]')?.getBoundingClientRect();
  if (column !== undefined && (at.right > column.right + 1 || at.left < column.left - 1))
    return { how: 'at the side of their column', text };
  if (at.right > room.right + 1 || at.left < room.left - 1) return { how: 'at the side', text };
  // Rows below the end of a table or a legend can be scrolled to.
  const scrolls = element.closest('[role="grid"]') !== null || legendAround(element) !== null;
  if (!scrolls && (at.bottom > room.bottom + 2 || at.top < room.top - 2)) return { how: 'above or below', text };
  return undefined;
}

const legendAround = (element: Element): Element | null =>
  element.closest('[data-testid="data-testid viz-layout-legend"]');

/** Columns beyond the edge of a panel are found by nobody. */
const wideTable = (box: HTMLElement): readonly string[] =>
  [...box.querySelectorAll<HTMLElement>('[role="grid"]')]
    .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
    .map(
      ({ scrollWidth, clientWidth }) =>
        `its table is ${String(scrollWidth)} pixels wide and has ${String(clientWidth)}`,
    );

/** One can scroll in a legend, but as many as one takes in at once should be seen without. */
const takenIn = 12;

function longLegend(box: HTMLElement): readonly string[] {
  const [legend] = [...box.querySelectorAll('[data-testid="data-testid viz-layout-legend"]')];
  if (legend === undefined) return [];
  const entries = [...legend.querySelectorAll<HTMLElement>('*')].filter(hasOwnText);
  const { bottom } = legend.getBoundingClientRect();
  const seen = entries.filter((entry) => entry.getBoundingClientRect().bottom <= bottom + 2).length;
  return seen < Math.min(takenIn, entries.length)
    ? [`its legend shows ${String(seen)} of ${String(entries.length)} entries`]
    : [];
}

/** Where the nearest ancestor ends that hides what does not fit. */
function clipOf(element: HTMLElement, box: HTMLElement): DOMRect {
  let up: HTMLElement | null = element;
  for (; up !== null && up !== box; up = up.parentElement) {
    const { overflowX, overflowY } = getComputedStyle(up);
    if (overflowX !== 'visible' || overflowY !== 'visible') break;
  }
  return (up ?? box).getBoundingClientRect();
}

const broken = (box: HTMLElement): readonly string[] =>
  [...box.querySelectorAll<HTMLElement>('[data-broken]')].map(
    ({ dataset }) => `cannot be drawn: ${dataset['broken'] ?? ''}`,
  );

function saysNothing(box: HTMLElement): readonly string[] {
  const [said] = /No data|NaN|undefined/.exec(box.textContent ?? '') ?? [];
  return said === undefined ? [] : [`says '${said}'`];
}

interface Axis {
  readonly font: string | readonly [string, ...unknown[]];
  readonly _values?: readonly (string | null)[] | null;
  readonly _size?: number;
  readonly gap?: number;
  readonly ticks?: { readonly show?: boolean; readonly size?: number };
}

/** What stands at the ticks of the y axes of a panel's plot. */
const axesOf = (panel: Panel): readonly Axis[] =>
  window.plots
    .filter(({ panelId }) => panelId === panel.id)
    .flatMap(({ plot }) => plot.axes.slice(1) as unknown as Axis[]);

const ticksOf = ({ _values }: Axis): readonly string[] =>
  (_values ?? []).filter((text) => text !== null && text !== '').map(String);

function tightAxes({ panel }: Drawn): readonly string[] {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) throw new Error('this browser has no canvas');
  return axesOf(panel).flatMap((axis) => {
    context.font = typeof axis.font === 'string' ? axis.font : axis.font[0];
    const widest = Math.max(0, ...ticksOf(axis).map((text) => context.measureText(text).width));
    const room = axis._size ?? 0;
    const ticks = axis.ticks?.show === true ? (axis.ticks.size ?? 0) : 0;
    return widest > 0 && widest + (axis.gap ?? 0) + ticks > room
      ? [`an axis has ${String(Math.round(room))} pixels for text of ${String(Math.round(widest))}`]
      : [];
  });
}

/** Units whose numbers stand for themselves. */
const plain = new Set(['none', 'short', 'sishort', 'string', 'bool', 'locale']);
const isPlain = (unit: string): boolean => plain.has(unit) || unit.startsWith('dateTime');
const withoutUnits = new Set(['row', 'text']);

/** A panel without plot shows its unit in its text, one with a plot at its axes. */
function withoutUnit({ panel, box }: Drawn): readonly string[] {
  if (withoutUnits.has(panel.type)) return [];
  const { fieldConfig } = panel as Panel & { fieldConfig?: { defaults?: { unit?: string; mappings?: unknown[] } } };
  const { unit, mappings = [] } = fieldConfig?.defaults ?? {};
  if (unit === undefined) return ['it has no unit'];
  if (isPlain(unit) || mappings.length > 0) return [];
  const axes = axesOf(panel);
  const texts = axes.length > 0 ? axes.flatMap(ticksOf) : [box.textContent ?? ''];
  const shown = texts.some((text) => /\d\s*[^\d\s.,:()–-]/.test(text));
  return shown ? [] : [`its unit '${unit}' is not shown: ${quoted(texts.join(' '))}`];
}
