/**
 * The members of a row's JSON that every reader needs. Less than the whole type: a document of an earlier build must pass,
 * one that would make a list fail must not.
 */
export type JsonRow = Readonly<Record<string, unknown>>;

type Kind = 'string' | 'number' | 'object' | 'array';
/** A name with `?` may be absent. */
interface Shape {
  readonly [member: string]: Kind | Shape | readonly [Shape];
}

const vnfc: Shape = {
  ...{ id: 'string', vduId: 'string', index: 'number', hostId: 'string', domainName: 'string', state: 'string' },
  ...{ hostname: 'string', serialLog: 'string', pool: 'string' },
  cps: [
    {
      ...{ id: 'string', cpdId: 'string', mac: 'string', addresses: 'array' },
      'vips?': [{ cpdId: 'string', cpConfigId: 'string', extVirtualLinkId: 'string', addresses: 'array' }],
    },
  ],
  volumes: [{ id: 'string', name: 'string', format: 'string', capacityBytes: 'number' }],
  guest: 'object',
  placement: { cells: 'array', emulatorCpus: 'array', sharedCpus: 'array', pciFunctions: 'array' },
};

const instantiated: Shape = {
  ...{ flavourId: 'string', vnfState: 'string', scaleLevels: 'object', inputs: 'object' },
  extVirtualLinks: [{ id: 'string', resourceId: 'string', extCps: [{ cpdId: 'string', configs: 'array' }] }],
  virtualLinks: [{ id: 'string', virtualLinkDescId: 'string', hostId: 'string', network: 'string', bridge: 'string' }],
  vnfcs: [vnfc],
};

const steps: Shape[string] = [{ id: 'string', kind: 'string' }];
const link: Shape = { id: 'string', virtualLinkDescId: 'string', hostId: 'string', network: 'string' };
const plan: Shape = {
  vnfcs: [{ 'before?': vnfc, 'after?': vnfc }],
  links: [{ 'before?': link, 'after?': link }],
  steps,
};
const earlierPlan: Shape = { adds: [vnfc], removes: [vnfc], steps };

const image: Shape = { id: 'string', path: 'string', sizeBytes: 'number', sha256: 'string' };
const contents: Shape = {
  vnfd: { id: 'string', provider: 'string', productName: 'string', flavours: 'array', vnfmInfo: 'array' },
  compatibleSpecificationVersions: 'array',
  softwareImages: [image],
};

type ShapeOf = Shape | ((value: unknown) => Shape);

/** By table and column. */
const shapes: Readonly<Record<string, Readonly<Record<string, ShapeOf>>>> = {
  packages: {
    document: {
      ...{ id: 'string', onboardingState: 'string', operationalState: 'string', userDefinedData: 'object' },
      ...{ createdAtMs: 'number', revision: 'number', 'contents?': contents },
    },
    contents,
  },
  instances: {
    document: {
      ...{ id: 'string', vnfPkgId: 'string', vnfdId: 'string', vnfProvider: 'string', vnfProductName: 'string' },
      ...{ vnfSoftwareVersion: 'string', vnfdVersion: 'string', metadata: 'object', extensions: 'object' },
      ...{ vnfConfigurableProperties: 'object', revision: 'number', 'instantiated?': instantiated },
    },
    instantiated,
  },
  operations: {
    document: {
      ...{ id: 'string', vnfInstanceId: 'string', operation: 'string', operationState: 'string', revision: 'number' },
      ...{ startTimeMs: 'number', stateEnteredTimeMs: 'number', 'operationParams?': 'object', 'error?': 'object' },
    },
    plan: (value) => (kindOf(value) === 'object' && 'adds' in (value as JsonRow) ? earlierPlan : plan),
    params: {},
  },
  subscriptions: {
    document: { id: 'string', api: 'string', callbackUri: 'string', apiRoot: 'string', apiVersion: 'string' },
  },
  deliveries: { event: { id: 'string', api: 'string', what: 'string', atMs: 'number' } },
};

export const isChecked = (table: string): boolean => table in shapes;

/** Why the row cannot be read; undefined when it can. Values that the check parsed are put into `parsed`. */
export function misfitOf(table: string, row: JsonRow, parsed: Record<string, unknown> = {}): string | undefined {
  for (const [column, shape] of Object.entries(shapes[table] ?? {})) {
    const text = row[column];
    if (typeof text !== 'string') continue;
    const reason = misfitOfText(column, text, shape, parsed);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function misfitOfText(
  column: string,
  text: string,
  shape: ShapeOf,
  parsed: Record<string, unknown>,
): string | undefined {
  try {
    parsed[column] = JSON.parse(text);
  } catch {
    return `its ${column} is no JSON`;
  }
  const value = parsed[column];
  const path = misfitAt(value, typeof shape === 'function' ? shape(value) : shape, column);
  return path === undefined ? undefined : `${path} is missing or of another kind`;
}

function misfitAt(value: unknown, shape: Kind | Shape | readonly [Shape], path: string): string | undefined {
  if (typeof shape === 'string') return kindOf(value) === shape ? undefined : path;
  if (isList(shape)) {
    if (!Array.isArray(value)) return path;
    return firstOf(value.map((each: unknown, at) => misfitAt(each, shape[0], `${path}[${String(at)}]`)));
  }
  if (kindOf(value) !== 'object') return path;
  return firstOf(
    Object.entries(shape).map(([name, inner]) => {
      const member = name.replace('?', '');
      const found = (value as JsonRow)[member];
      return found === undefined && name.endsWith('?') ? undefined : misfitAt(found, inner, `${path}.${member}`);
    }),
  );
}

const isList = (shape: Shape | readonly [Shape]): shape is readonly [Shape] => Array.isArray(shape);
const firstOf = (paths: readonly (string | undefined)[]): string | undefined =>
  paths.find((path) => path !== undefined);

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}
