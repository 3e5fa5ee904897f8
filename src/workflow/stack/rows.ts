/**
 * Rows of a layer: the current value beside the planned one.
 */
import type { StackRow } from '../commands.js';
import { defined } from '../../shared/defined.js';

export interface RowParts {
  readonly now?: string | undefined;
  readonly planned?: string | undefined;
  readonly device?: StackRow['device'];
  readonly note?: string | undefined;
}

/** An unknown value is no difference. */
export function row(key: string, name: string, { now, planned, device, note }: RowParts): StackRow {
  return {
    ...{ key, name, differs: now !== undefined && planned !== undefined && now !== planned },
    ...defined({ now, planned, device, note }),
  };
}

export const list = (numbers: readonly number[]): string => (numbers.length === 0 ? 'none' : numbers.join(', '));

export const pageText = (sizeKiB: number | undefined): string =>
  sizeKiB === undefined
    ? 'plain memory'
    : sizeKiB >= 1024 * 1024
      ? `${sizeKiB / 1024 / 1024} GiB`
      : `${sizeKiB / 1024} MiB`;

export const timeText = (ms: number): string => new Date(ms).toISOString();
