/**
 * As much of Grafana's dashboard model (schema version 39 to 42) as pictures need. What stands in a file and not here is
 * read by Grafana's own components as it is.
 */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating?: { readonly list?: readonly Variable[] };
  readonly annotations?: { readonly list?: readonly Annotation[] };
  readonly links?: readonly { readonly title: string }[];
}

export interface GridPos {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Target {
  readonly refId: string;
  readonly expr?: string;
  readonly hide?: boolean;
  readonly instant?: boolean;
  readonly range?: boolean;
  readonly format?: string;
  readonly legendFormat?: string;
  readonly interval?: string;
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title?: string;
  readonly gridPos: GridPos;
  readonly targets?: readonly Target[];
  readonly interval?: string;
  /** Of a row that is folded. */
  readonly panels?: readonly Panel[];
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly label?: string;
  readonly query?: string | { readonly query: string };
  readonly regex?: string;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string | null;
  readonly hide?: number;
}

export interface Annotation {
  readonly name: string;
  readonly enable?: boolean;
  readonly expr?: string;
  readonly step?: string;
  readonly iconColor?: string;
  readonly target?: Target;
  readonly titleFormat?: string;
}

/** Every panel of a dashboard, those of folded rows too. */
export const allPanels = ({ panels }: Dashboard): readonly Panel[] =>
  panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);

/** What a person calls a panel; titles need not be unique. */
export const nameOf = ({ title, id }: Panel): string => `'${title ?? ''}' (panel ${String(id)})`;
