/**
 * The form of a fleet file: templates of hosts to simulate, and how many hosts are like each of them.
 */
import { Type, type Static } from 'typebox';

const strict = { additionalProperties: false } as const;
const name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$' });
const positive = Type.Integer({ minimum: 1 });
const count = Type.Integer({ minimum: 0 });

/** Slots 1 to 31 of a bus with 8 functions each. */
const mostFunctions = 248;

const cells = Type.Object(
  {
    count: Type.Integer({ minimum: 1, maximum: 64 }),
    cores: Type.Integer({ minimum: 1, maximum: 512 }),
    threads: Type.Integer({ minimum: 1, maximum: 8 }),
    coresPerL3: Type.Optional(positive),
    memoryMiB: positive,
    hugepages: Type.Optional(
      Type.Array(Type.Object({ pageSizeKiB: Type.Integer({ minimum: 16 }), total: count }, strict)),
    ),
    distance: Type.Optional(Type.Integer({ minimum: 10, maximum: 254 })),
  },
  strict,
);

const card = Type.Object(
  {
    cell: Type.Optional(count),
    functions: Type.Integer({ minimum: 0, maximum: mostFunctions }),
    physicalNetwork: name,
    trustCapable: Type.Optional(Type.Boolean()),
    rateCapable: Type.Optional(Type.Boolean()),
    linkMbps: Type.Optional(positive),
    isolated: Type.Optional(Type.Boolean()),
  },
  strict,
);

const network = Type.Object(
  {
    name,
    kind: Type.Optional(Type.Enum(['bridge', 'isolated', 'ovs', 'physical'])),
    bridge: Type.Optional(Type.String({ pattern: '^[^\\s/]{1,15}$' })),
    physicalNetwork: Type.Optional(name),
    mtu: Type.Optional(Type.Integer({ minimum: 68, maximum: 65_535 })),
    vlan: Type.Optional(
      Type.Object(
        {
          physicalNetwork: name,
          id: Type.Integer({ minimum: 1, maximum: 4094 }),
          device: Type.String({ pattern: '^[^\\s/]{1,15}$' }),
        },
        strict,
      ),
    ),
  },
  strict,
);

export const templateSchema = Type.Object(
  {
    cpu: Type.Optional(Type.Object({ model: name, features: Type.Array(Type.String({ minLength: 1 })) }, strict)),
    cells,
    cards: Type.Optional(Type.Array(card, { maxItems: 64 })),
    networks: Type.Array(network),
    pools: Type.Array(Type.Object({ name, capacityMiB: positive }, strict), { minItems: 1 }),
    reserved: Type.Optional(
      Type.Object({ sharedCpus: Type.Array(count), memoryMiBPerCell: Type.Array(count) }, strict),
    ),
    sharedCpuRatio: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    capabilities: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 256 })),
  },
  strict,
);

const group = Type.Object(
  { like: name, name, count: Type.Optional(positive), zone: Type.Optional(Type.String({ minLength: 1 })) },
  strict,
);

export const fleetSchema = Type.Object(
  { templates: Type.Record(Type.String(), templateSchema), hosts: Type.Array(group, { minItems: 1 }) },
  strict,
);

export type FleetText = Static<typeof fleetSchema>;
export type TemplateText = FleetText['templates'][string];
export type GroupText = FleetText['hosts'][number];
