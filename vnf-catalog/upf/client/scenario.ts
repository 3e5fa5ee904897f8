/** What a scenario file may say; parsed once, so that a slip in it is told by name. */
import { type Action, type RuleChanges } from './rules.ts';
import { type SmfOptions } from './smf.ts';

/** What a step must have found; every part that is named here must be so. */
export type Expectation = Readonly<Record<string, unknown>>;

interface OfSession {
  readonly session: string;
}

export type Step = { readonly expect?: Expectation } & (
  | { readonly do: 'associate' | 'heartbeat' | 'release'; readonly smf?: string }
  | ({ readonly do: 'establish'; readonly smf?: string; readonly rules?: RuleChanges } & OfSession & Partial<UeSession>)
  | ({ readonly do: 'modify'; readonly rules: RuleChanges } & OfSession)
  | ({
      readonly do: 'switch';
      readonly gnb: string;
      readonly downTeid: number;
      readonly endMarker?: boolean;
    } & OfSession)
  | ({ readonly do: 'downlink'; readonly actions: readonly Action[] } & OfSession)
  | ({ readonly do: 'delete' } & OfSession)
  | ({ readonly do: 'ping'; readonly to: string; readonly count?: number; readonly bytes?: number } & OfSession & Wait)
  | ({ readonly do: 'connect'; readonly to: string; readonly port: number } & OfSession & Wait)
  | ({ readonly do: 'datagrams'; readonly to: string; readonly port: number; readonly count: number } & OfSession)
  | ({ readonly do: 'echo'; readonly peer: string; readonly gnb?: string } & Wait)
  | ({ readonly do: 'message'; readonly type: 'endMarker' | 'errorIndication'; readonly gnb?: string } & Wait)
  | ({ readonly do: 'report'; readonly kind: string; readonly smf?: string } & Wait)
  | { readonly do: 'seen'; readonly gnb?: string }
  | { readonly do: 'wait'; readonly ms: number }
);

interface Wait {
  readonly withinMs?: number;
}

/** A session of one UE in short: two PDRs, two FARs, and a QER where there is a QFI. */
export interface UeSession {
  /** `v4` or `v6` or both; `choose` has the UPF give them. */
  readonly ue: { readonly v4?: string; readonly v6?: string; readonly choose?: 'v4' | 'v6' | 'both' };
  readonly gnb: string;
  readonly downTeid: number;
  readonly qfi: number;
  readonly mbrUpKbps: number;
  readonly mbrDownKbps: number;
  readonly accessInstance: string;
  readonly coreInstance: string;
  /** Without it the UPF has a tunnel over IPv4 towards the gNB. */
  readonly tunnelV6: boolean;
}

export interface Scenario {
  readonly smfs: Readonly<Record<string, SmfOptions>>;
  readonly gnbs: Readonly<Record<string, { readonly local: string }>>;
  readonly steps: readonly Step[];
}

const verbs = {
  associate: [],
  heartbeat: [],
  release: [],
  establish: ['session'],
  modify: ['session', 'rules'],
  switch: ['session', 'gnb', 'downTeid'],
  downlink: ['session', 'actions'],
  delete: ['session'],
  ping: ['session', 'to'],
  connect: ['session', 'to', 'port'],
  datagrams: ['session', 'to', 'port', 'count'],
  echo: ['peer'],
  message: ['type'],
  report: ['kind'],
  seen: [],
  wait: ['ms'],
} as const satisfies Readonly<Record<Step['do'], readonly string[]>>;

type Unparsed = Readonly<Record<string, unknown>>;

function objectAt(value: unknown, where: string): Unparsed {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${where} is no object`);
  return value as Unparsed;
}

export function parseStep(value: unknown, where: string): Step {
  const step = objectAt(value, where);
  const verb = step['do'];
  if (typeof verb !== 'string' || !Object.hasOwn(verbs, verb))
    throw new Error(`${where}.do is ${JSON.stringify(verb)}, and not one of ${Object.keys(verbs).join(', ')}`);
  for (const key of verbs[verb as Step['do']])
    if (step[key] === undefined) throw new Error(`${where} (${verb}) has no ${key}`);
  if (step['expect'] !== undefined) objectAt(step['expect'], `${where}.expect`);
  return step as unknown as Step;
}

/** Every entry has these texts. */
function named(value: unknown, where: string, keys: readonly string[]): Unparsed {
  const all = objectAt(value ?? {}, where);
  for (const [name, entry] of Object.entries(all))
    for (const key of keys)
      if (typeof objectAt(entry, `${where}.${name}`)[key] !== 'string')
        throw new Error(`${where}.${name}.${key} is no text`);
  return all;
}

export function parseScenario(value: unknown): Scenario {
  const all = objectAt(value, 'the scenario');
  const steps = all['steps'] ?? [];
  if (!Array.isArray(steps)) throw new Error('steps is no list');
  return {
    smfs: named(all['smfs'], 'smfs', ['local', 'peer']) as Scenario['smfs'],
    gnbs: named(all['gnbs'], 'gnbs', ['local']) as Scenario['gnbs'],
    steps: steps.map((step, index) => parseStep(step, `steps[${index}]`)),
  };
}
