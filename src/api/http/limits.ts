/**
 * What one request or one client may ask of the door. `docs/limits.md` is generated from this table and a test holds the
 * two equal; refusals name the limit that they keep.
 */
import { keptMapBytes } from '../../lifecycle/kept-maps.js';
import { mostAddedHosts } from '../../store/host-directory.js';
import { mostSubscriptions } from '../../subscription/model.js';
import { KiB, MiB } from '../../shared/units.js';

interface Limit {
  readonly value: number;
  readonly unit:
    | 'bytes'
    | 'ms'
    | 'levels'
    | 'members'
    | 'values'
    | 'characters'
    | 'connections'
    | 'requests'
    | 'errors'
    | 'lines'
    | 'subscriptions'
    | 'hosts';
  /** What it bounds; goes into the documentation. */
  readonly of: string;
  /** What happens beyond it; goes into the documentation. */
  readonly beyond: string;
}

const CLOSED = 'the connection is closed';

export const doorLimits = {
  jsonBytes: { value: MiB, unit: 'bytes', of: 'a JSON body', beyond: '413' },
  smallJsonBytes: {
    value: 16 * KiB,
    unit: 'bytes',
    of: 'a JSON body of a route that takes no free-form map (cancel, upload_from_uri, hosts, defragment)',
    beyond: '413',
  },
  jsonDepth: { value: 32, unit: 'levels', of: 'lists and objects inside one another', beyond: '400 with a pointer' },
  jsonMembers: { value: 4096, unit: 'members', of: 'one list or object', beyond: '400 with a pointer' },
  jsonValues: { value: 20_000, unit: 'values', of: 'a JSON body altogether', beyond: '400 with a pointer' },
  jsonKeyChars: { value: 256, unit: 'characters', of: 'the name of a member', beyond: '400 with a pointer' },
  jsonStringChars: { value: 256 * KiB, unit: 'characters', of: 'a string', beyond: '400 with a pointer' },
  requestBytes: {
    value: 512 * KiB,
    unit: 'bytes',
    of: 'a request that is kept as `operationParams`, written as JSON without blanks',
    beyond: '400 with a pointer',
  },
  mapBytes: {
    value: keptMapBytes,
    unit: 'bytes',
    of: 'a free-form map (`metadata`, `extensions`, `vnfConfigurableProperties`, `userDefinedData`, …), written as JSON, also as patches make it',
    beyond: '400 with a pointer',
  },
  parameterBytes: {
    value: 256 * KiB,
    unit: 'bytes',
    of: '`additionalParams`, written as JSON',
    beyond: '400 with a pointer',
  },
  nameChars: { value: 255, unit: 'characters', of: 'a name or an identifier', beyond: '400 with a pointer' },
  descriptionChars: { value: 4096, unit: 'characters', of: 'a description or a URI', beyond: '400 with a pointer' },
  bodyMs: { value: 30_000, unit: 'ms', of: 'how long a JSON body may take to arrive', beyond: '408' },
  bodiesBytes: {
    value: 32 * MiB,
    unit: 'bytes',
    of: 'all JSON bodies that are on their way in at a moment',
    beyond: '503 with Retry-After',
  },
  targetChars: { value: 12 * KiB, unit: 'characters', of: 'the target of a request: path and query', beyond: '414' },
  pathPartChars: {
    value: 1024,
    unit: 'characters',
    of: 'an identifier in the path, as it is written there',
    beyond: '414',
  },
  headMs: { value: 15_000, unit: 'ms', of: 'how long the head of a request may take to arrive', beyond: '408' },
  idleMs: { value: 20_000, unit: 'ms', of: 'the time between two requests on one connection', beyond: CLOSED },
  lingerMs: {
    value: 1_000,
    unit: 'ms',
    of: 'how long a connection stays after the answer to a request whose body was not read to its end',
    beyond: CLOSED,
  },
  answerSilenceMs: {
    value: 120_000,
    unit: 'ms',
    of: 'the time in which a client takes nothing of its answer',
    beyond: CLOSED,
  },
  answerMs: {
    value: 120_000,
    unit: 'ms',
    of: 'the time in which a client takes an answer that is no file',
    beyond: CLOSED,
  },
  uploadSilenceMs: {
    value: 300_000,
    unit: 'ms',
    of: 'the time in which nothing comes of a package that is being uploaded',
    beyond: `${CLOSED}; the package is in ERROR`,
  },
  connections: {
    value: 1024,
    unit: 'connections',
    of: 'all clients together',
    beyond: 'the oldest makes room on which no request with the token is served, of the client with most of those',
  },
  served: { value: 768, unit: 'requests', of: 'what is served at once with the token', beyond: '503 with Retry-After' },
  pipelined: {
    value: 256,
    unit: 'requests',
    of: 'what one connection sends without waiting for answers; they are served one after the other',
    beyond: CLOSED,
  },
  turnMs: {
    value: 10,
    unit: 'ms',
    of: 'how long requests begin one after the other before connections, timers and `/healthz` have their turn',
    beyond: 'the others begin in the next turn',
  },
  subscriptions: {
    value: mostSubscriptions,
    unit: 'subscriptions',
    of: 'the subscriptions of one interface',
    beyond: '409 (`too-many-subscriptions`)',
  },
  addedHosts: {
    value: mostAddedHosts,
    unit: 'hosts',
    of: 'hosts that are added by API',
    beyond: '409 (`too-many-hosts`)',
  },
  logBurst: {
    value: 100,
    unit: 'lines',
    of: 'log lines of refused changes of one client, at once',
    beyond: 'left out; `leftOut` of the next line says how many',
  },
  logPerSecond: { value: 10, unit: 'lines', of: 'the same, per second afterwards', beyond: 'left out' },
  errorsTold: {
    value: 20,
    unit: 'errors',
    of: 'the places in a body that a refusal names',
    beyond: '`errorsLeftOut` says how many more there are',
  },
} as const satisfies Record<string, Limit>;

/** The number alone. */
export const limitOf = (name: keyof typeof doorLimits): number => doorLimits[name].value;
