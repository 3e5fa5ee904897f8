export declare function filled(expression: string, rateSeconds: number): string;
export declare function readDashboards(): readonly {
  readonly uid: string;
  readonly title: string;
  readonly queries: readonly { readonly panel: string; readonly expr: string; readonly instant: boolean }[];
}[];
