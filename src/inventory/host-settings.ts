/**
 * The settings of a host as its operator writes them, in the configuration or in a request: their form as JSON Schema, for
 * those who check them and those who show it.
 */
import type { AccelerationKind, HostReservation, OperatorsWord } from './model.js';
import { accelerationKinds } from './model.js';

export interface HostText extends OperatorsWord {
  readonly id: string;
  /** libvirt URI. */
  readonly uri: string;
  readonly zone?: string;
  readonly pool?: { readonly name: string; readonly path: string };
  readonly reserved?: HostReservation;
  readonly bringBack?: boolean;
  readonly sharedCpuRatio?: number;
  readonly acceleration?: AccelerationKind;
}

/** A host of a simulated fleet: made like one that is there, or of a template as in a fleet file. */
export interface SimulatedHostText {
  readonly id: string;
  readonly zone?: string;
  readonly bringBack?: boolean;
  readonly like?: string;
  readonly template?: Readonly<Record<string, unknown>>;
}

type Schema = Readonly<Record<string, unknown>>;

const text = (more: Schema = {}): Schema => ({ type: 'string', minLength: 1, maxLength: 255, ...more });
const list = (items: Schema, maxItems = 1024): Schema => ({ type: 'array', items, maxItems });
const amounts = (maxItems: number): Schema => list({ type: 'integer', minimum: 0 }, maxItems);
const mapOf = (names: string, values: Schema): Schema => ({
  ...{ type: 'object', patternProperties: { [names]: values }, maxProperties: 256 },
});
const closed = (required: readonly string[], properties: Schema): Schema => ({
  ...{ type: 'object', required, properties, additionalProperties: false },
});

const names = '^[A-Za-z0-9][A-Za-z0-9._-]*$';
const hostName = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$', maxLength: 63 };

export const hostProperties = {
  id: hostName,
  uri: { type: 'string', pattern: '^[a-z][a-z0-9]*(?:\\+[a-z0-9]+)?://\\S*$', maxLength: 2048 },
  zone: text(),
  pool: closed(['name', 'path'], {
    name: { type: 'string', maxLength: 255 },
    path: { type: 'string', pattern: '^/', maxLength: 4096 },
  }),
  pools: list(text()),
  sharedStorage: mapOf('^.+$', text({ pattern: '^\\S+$' })),
  reserved: closed(['sharedCpus', 'memoryMiBPerCell'], { sharedCpus: amounts(8192), memoryMiBPerCell: amounts(1024) }),
  bringBack: { type: 'boolean' },
  sharedCpuRatio: { type: 'number', exclusiveMinimum: 0 },
  acceleration: { enum: accelerationKinds },
  physicalNetworks: mapOf(names, list(text())),
  trustedCards: list(text()),
  rateLimitedCards: list(text()),
  withheldFunctions: list(text()),
  idleCards: list(text()),
  // SOL001 leaves these names to vendors and operators.
  capabilities: list(text(), 256),
  vhostUser: mapOf(names, { type: 'string', pattern: '^/[^\\s]*[^/\\s]$', maxLength: 80 }),
} as const satisfies Record<keyof HostText, Schema>;

export const hostSchema: Schema = closed(['id', 'uri'], hostProperties);

/** `template`: the form of a template, as far as the reader cares. */
export const simulatedHostSchema = (template: Schema): Schema =>
  closed(['id'], { ...{ id: hostName, zone: text(), bringBack: { type: 'boolean' } }, like: hostName, template });
