/**
 * Bodies of questions about placement, and of their answers.
 */
import { Type } from 'typebox';
import { instantiateVnfRequest } from '../vnflcm/request-schemas.js';
import { dateTime, keyValuePairs, name as line, text, words } from '../schemas/shared.js';

const strict = { additionalProperties: false } as const;
const count = Type.Integer({ minimum: 0 });
const name = Type.String({ ...line, minLength: 1 });

export const dryRunRequest = Type.Object(
  {
    assume: Type.Optional(
      Type.Object(
        {
          drain: Type.Optional(Type.Array(name, { maxItems: 1000 })),
          add: Type.Optional(
            Type.Array(
              Type.Object({ like: name, count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })) }, strict),
              { maxItems: 100 },
            ),
          ),
        },
        strict,
      ),
    ),
    instantiate: Type.Optional(Type.Object({ vnfdId: name, request: instantiateVnfRequest }, strict)),
    scale: Type.Optional(Type.Object({ vnfInstanceId: name, aspectId: name, scaleLevel: count }, strict)),
  },
  strict,
);

export const defragmentRequest = Type.Object(
  {
    vnfdId: name,
    flavourId: Type.Optional(name),
    vduId: name,
    slots: Type.Integer({ minimum: 1, maximum: 1000 }),
  },
  strict,
);

export const explanation = Type.Object(
  {
    decision: words('placed', 'refused', 'budget-exhausted'),
    summary: text,
    subject: Type.Optional(text),
    funnel: Type.Array(Type.Object({ constraint: text, before: count, after: count })),
    hosts: Type.Array(Type.Object({ hostId: text, fits: Type.Boolean(), reasons: Type.Array(text) })),
    hostsLeftOut: Type.Optional(count),
    nearestMisses: Type.Array(text),
    relaxations: Type.Array(text),
  },
  { additionalProperties: true },
);

/** One decision of many, without its reasons. */
export const placementOfOperation = Type.Object({
  vnfLcmOpOccId: text,
  vnfInstanceId: text,
  operation: text,
  startTime: dateTime,
  decision: words('placed', 'refused', 'budget-exhausted'),
  summary: text,
});

export const dryRunAnswer = Type.Object({
  fits: Type.Boolean(),
  placements: Type.Array(keyValuePairs),
  explanation,
});

export const capacity = Type.Object({
  fits: count,
  isAtLeast: Type.Boolean(),
  reserved: count,
  limits: Type.Array(Type.Object({ limitedBy: text, hosts: count, fits: count })),
  hosts: Type.Array(Type.Object({ hostId: text, fits: count, limitedBy: text })),
  hostsLeftOut: Type.Optional(count),
});

const move = Type.Object({
  vnfcId: text,
  vnfInstanceId: text,
  from: text,
  to: text,
  cost: words('live', 'cold', 'impossible'),
  memoryMiB: count,
  diskMiB: count,
  slotsAfter: count,
});

export const defragmentation = Type.Object({
  slotsNow: count,
  slotsAfter: count,
  isEnough: Type.Boolean(),
  moves: Type.Array(move),
  obstacles: Type.Array(Type.Object({ vnfcId: text, hostId: text, cost: words('impossible'), reason: text })),
});
