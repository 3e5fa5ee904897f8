export interface Side {
  readonly subnet: string;
  /** The range that the VNF takes its addresses from. */
  readonly routers: readonly [string, string];
  /** Of the test host. */
  readonly address: string;
  readonly cpd: 'west' | 'east';
  /** Address of the test host's own function. */
  readonly function: string;
  readonly vlan: number;
  readonly namespace: string;
}

/** West, east. */
export const sides: readonly [Side, Side];
export const wire: string;

export interface LabPings {
  readonly sent: number;
  readonly received: number;
  readonly ttls: readonly number[];
  readonly averageMs: number;
}

export interface LabShell {
  shell(command: string): Promise<string>;
  tryShell(command: string): Promise<{ readonly stdout: string }>;
}

export class LabTraffic {
  constructor(lab: LabShell);
  make(): Promise<void>;
  remove(): Promise<void>;
  routeVia(addresses: Readonly<Record<'west' | 'east', string>>): Promise<void>;
  ping(
    count: number,
    options?: { readonly intervalSeconds?: number; readonly waitSeconds?: number },
  ): Promise<LabPings>;
}
