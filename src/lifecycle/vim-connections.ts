/**
 * VIM connections that clients name (SOL003 clause 4.4.1.6). Berth reaches its hosts by itself: a connection is kept, shown
 * again, and may be named by an external link. Credentials serve nobody here, so they are not kept.
 */
import { jsonPointer } from '../shared/json-pointer.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';
import { mergePatch } from './merge-patch.js';
import type { VimConnections, VnfInstance } from './model.js';
import type { ExtVirtualLinkData, VimConnectionsPatch } from './requests.js';

type Values = Readonly<Record<string, unknown>>;

const credential = /passw|secret|token|credential|key/i;

/** What stands in place of a value under a name that looks like a credential's. */
export const notKept = '(not kept)';

/** The request as it may be recorded and shown. */
export function withoutCredentials<Request extends { readonly vimConnectionInfo?: VimConnectionsPatch | null }>(
  request: Request,
): Request {
  const { vimConnectionInfo: given } = request;
  if (given == null) return request;
  const cleaned = Object.entries(given).map(([id, connection]) => [
    id,
    connection?.accessInfo == null ? connection : { ...connection, accessInfo: masked(connection.accessInfo) },
  ]);
  return { ...request, vimConnectionInfo: Object.fromEntries(cleaned) as VimConnectionsPatch };
}

const masked = (info: Values): Values =>
  Object.fromEntries(
    Object.entries(info).map(([name, value]) => [name, credential.test(name) && value !== null ? notKept : value]),
  );

/** The connections of an instance after a patch; null removes all of them. */
export function connectionsAfter(
  { vimConnectionInfo = {} }: Pick<VnfInstance, 'vimConnectionInfo'>,
  patch: VimConnectionsPatch | null,
): VimConnections {
  return patch === null ? {} : (mergePatch(vimConnectionInfo, patch) as VimConnections);
}

/** A connection that a patch would leave without its one mandatory attribute. */
export function checkConnections(
  instance: Pick<VnfInstance, 'vimConnectionInfo'>,
  patch: VimConnectionsPatch | null,
): Outcome<void> {
  const bare = Object.entries(connectionsAfter(instance, patch)).find(([, { vimType }]) => vimType === undefined);
  if (bare === undefined) return ok(undefined);
  const message = `would be without vimType; give it for a new connection, or set the connection to null to remove it`;
  const pointer = jsonPointer(['vimConnectionInfo', bare[0]]);
  const detail = `The request is not valid: ${pointer} ${message}.`;
  return refuse(problem('malformed-request', detail, { errors: [{ pointer, message }] }));
}

/** A link that names a connection which the instance does not have. */
export function strayConnection(links: readonly ExtVirtualLinkData[], known: VimConnections): string | undefined {
  const stray = links.find(({ vimConnectionId: id }) => id !== undefined && !Object.hasOwn(known, id));
  if (stray === undefined) return undefined;
  const ids = Object.keys(known).join(', ') || '(none)';
  return `extVirtualLinks ${stray.id} has vimConnectionId ${String(stray.vimConnectionId)}, which is not in vimConnectionInfo: there are ${ids}. Add it there, or leave it out.`;
}
