/**
 * One VNFC from its application down to its cores, and the audit of a host, on the wire.
 */
import { Type } from 'typebox';
import { dateTime, text, words } from '../schemas/shared.js';

const row = Type.Object({
  key: text,
  name: text,
  now: Type.Optional(text),
  planned: Type.Optional(text),
  differs: Type.Boolean(),
  device: Type.Optional(words('para', 'emulated', 'passthrough')),
  note: Type.Optional(text),
});

const layer = Type.Object({
  layer: words('application', 'guest', 'hardware', 'hypervisor', 'physical'),
  source: text,
  unknownBecause: Type.Optional(text),
  rows: Type.Array(row),
});

const cpus = Type.Array(Type.Integer());
const threads = { planned: cpus, measured: Type.Optional(cpus) };
const whole = Type.Integer();

/** What was not measured is absent. */
export const vnfcPlacement = Type.Object({
  vnfcId: text,
  vnfInstanceId: text,
  hostId: text,
  readAt: text,
  unreadBecause: Type.Optional(text),
  vcpus: Type.Array(Type.Object({ vcpu: whole, ...threads })),
  emulator: Type.Object(threads),
  memory: Type.Array(
    Type.Object({
      cell: whole,
      plannedMiB: whole,
      pages: whole,
      pageSizeKiB: Type.Optional(whole),
      measuredMiB: Type.Optional(whole),
    }),
  ),
  pciFunctions: Type.Array(
    Type.Object({
      cpdId: text,
      address: text,
      cell: Type.Optional(whole),
      iommuGroup: Type.Optional(whole),
      driver: Type.Optional(text),
      domain: Type.Optional(text),
    }),
  ),
  findings: Type.Array(text),
});

export const stack = Type.Object({
  vnfcId: text,
  vduId: text,
  vnfInstanceId: text,
  vnfInstanceName: Type.Optional(text),
  hostId: text,
  domainName: text,
  readAt: dateTime,
  state: text,
  layers: Type.Array(layer),
  differences: Type.Array(text),
});

const severity = words('error', 'warning', 'info');

export const hostAudit = Type.Object({
  hostId: text,
  readAt: dateTime,
  findings: Type.Array(Type.Object({ code: text, severity, reason: text, because: text, fix: text })),
  checks: Type.Array(Type.Object({ code: text, severity, because: text, command: text, right: text })),
  right: Type.Array(text),
  leftOut: Type.Record(text, Type.Integer()),
});
