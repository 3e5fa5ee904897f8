/**
 * Requests that add and change hosts. Values are checked by the code that reads the configuration; what the page shows of
 * them is the form that it checks.
 */
import { Type, type TSchema } from 'typebox';
import { hostProperties, hostSchema, simulatedHostSchema } from '../../inventory/host-settings.js';
import { freeForm, words } from '../schemas/shared.js';

const template = freeForm();

/** What the page shows of a new host. */
export const hostCreation: TSchema = Type.Unsafe({ anyOf: [hostSchema, simulatedHostSchema({ ...template })] });

/** What is checked of it before the configuration's own check. */
export const hostForm = Type.Object({ template: Type.Optional(template) }, { additionalProperties: true });

/** Everything that either kind of host may have, for a JSON Merge Patch: what is checked is the host as it would be. */
const patchable = Object.fromEntries(
  [...Object.keys(hostProperties), 'like', 'template']
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
    // Of a setting that only another version of Berth knows, nothing can be said but that it goes.
    { additionalProperties: Type.Null(), minProperties: 1 },
  ),
);
