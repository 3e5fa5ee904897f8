/**
 * What the page is given to draw: a dashboard, and what Prometheus answered (lib/answers.mjs).
 */
import type { Dashboard, Panel } from '../plan/dashboard.ts';
import type { Chosen } from '../plan/interpolate.ts';

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

export interface Answer {
  readonly refId: string;
  readonly format: string;
  readonly legendFormat: string;
  readonly instant: boolean;
  readonly step: number;
  readonly series: readonly Series[];
}

export interface Mark {
  readonly name: string;
  readonly color: string;
  readonly moments: readonly number[];
}

export interface Picture {
  readonly dashboard: Dashboard;
  readonly answers: Readonly<Record<string, readonly Answer[]>>;
  /** Titles of panels. */
  readonly mayBeEmpty: readonly string[];
  readonly annotations: readonly Mark[];
  readonly choices: Readonly<Record<string, Chosen>>;
  /** Seconds. */
  readonly range: { readonly from: number; readonly to: number };
  /** Pixels. */
  readonly width: number;
}

/** A panel with what Grafana's components read of it. */
export interface DrawnPanel extends Panel {
  readonly description?: string;
  readonly fieldConfig?: unknown;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly transformations?: readonly { readonly id: string; readonly options: unknown; readonly disabled?: boolean }[];
}
