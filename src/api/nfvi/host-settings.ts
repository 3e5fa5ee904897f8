/**
 * The settings of a host, as they stand in the configuration and as they are sent to add one. Values are checked by
 * `src/config`, which takes the schema from here.
 */
import { Type, type TSchema } from 'typebox';
import { accelerationKinds } from '../../inventory/model.js';
import { freeForm, strict, words } from '../schemas/shared.js';

const cpuList = Type.Array(Type.Integer({ minimum: 0 }), { maxItems: 8192 });
const hostName = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$', maxLength: 63 });
const word = (pattern?: string) =>
  Type.String({ minLength: 1, maxLength: 255, ...(pattern !== undefined && { pattern }) });
/** Cards, functions, pools: names as the host has them. */
const wordList = Type.Array(word(), { maxItems: 1024 });
const most = { maxProperties: 256 } as const;
const networkName = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' });

/** SOL001 leaves these names to vendors and operators. */
const capabilityNames = Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 256 });

export const hostSettings = Type.Object(
  {
    id: hostName,
    uri: Type.String({ pattern: '^[a-z+]+://', maxLength: 2048 }),
    zone: Type.Optional(word()),
    pool: Type.Optional(
      Type.Object(
        { name: Type.String({ maxLength: 255 }), path: Type.String({ pattern: '^/', maxLength: 4096 }) },
        strict,
      ),
    ),
    pools: Type.Optional(wordList),
    sharedStorage: Type.Optional(Type.Record(Type.String({ minLength: 1 }), word('^\\S+$'), most)),
    reserved: Type.Optional(
      Type.Object(
        { sharedCpus: cpuList, memoryMiBPerCell: Type.Array(Type.Integer({ minimum: 0 }), { maxItems: 1024 }) },
        strict,
      ),
    ),
    bringBack: Type.Optional(Type.Boolean()),
    sharedCpuRatio: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    acceleration: Type.Optional(Type.Enum([...accelerationKinds])),
    physicalNetworks: Type.Optional(Type.Record(networkName, wordList, most)),
    trustedCards: Type.Optional(wordList),
    rateLimitedCards: Type.Optional(wordList),
    withheldFunctions: Type.Optional(wordList),
    idleCards: Type.Optional(wordList),
    capabilities: Type.Optional(capabilityNames),
    vhostUser: Type.Optional(
      Type.Record(networkName, Type.String({ pattern: '^/[^\\s]*[^/\\s]$', maxLength: 80 }), most),
    ),
  },
  strict,
);

const simulatedOf = <T extends TSchema>(template: T) =>
  Type.Object(
    {
      id: hostName,
      zone: Type.Optional(word()),
      bringBack: Type.Optional(Type.Boolean()),
      like: Type.Optional(hostName),
      template: Type.Optional(template),
    },
    strict,
  );

/** A host of a simulated fleet: made like one that is there, or of a template as in a fleet file. */
export const simulatedHostSettings = simulatedOf(Type.Object({}, { additionalProperties: true }));

const template = freeForm();

/** What the page shows of a new host. */
export const hostCreation = Type.Union([hostSettings, simulatedOf(template)]);

/** What is checked of it before the configuration's own check. */
export const hostForm = Type.Object({ template: Type.Optional(template) }, { additionalProperties: true });

/** Everything that either kind of host may have, for a JSON Merge Patch: what is checked is the host as it would be. */
const patchable = Object.fromEntries(
  Object.keys({ ...hostSettings.properties, ...simulatedHostSettings.properties })
    .filter((name) => name !== 'id')
    .map((name) => [name, Type.Optional(Type.Unknown())]),
);

/** Members beside `adminState` are settings. */
export interface HostModification extends Readonly<Record<string, unknown>> {
  readonly adminState?: 'active' | 'draining' | 'down';
}

export const hostModification = Type.Unsafe<HostModification>(
  Type.Object(
    { adminState: Type.Optional(words('active', 'draining', 'down')), ...patchable },
    { ...strict, minProperties: 1 },
  ),
);
