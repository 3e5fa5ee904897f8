/**
 * What vnflcm/v1 (SOL003 v2.7.1) writes otherwise than v2: what v2 keeps in maps are lists there, whose entries carry their
 * keys. Bodies of v1 become those of v2 at the door, and answers are rewritten on their way out; nothing else knows of v1.
 */
import type { Static } from 'typebox';
import type { ChangeExtVnfConnectivityRequest } from '../../lifecycle/operations/change-ext-conn.js';
import type { InstantiateVnfRequest } from '../../lifecycle/operations/instantiate.js';
import type { VnfInfoModificationRequest } from '../../lifecycle/operations/modify-info.js';
import type { CpProtocolData } from '../../lifecycle/requests.js';
import type { Converted, Issue } from '../http/check-body.js';
import type { VnfInstanceBody } from './render-instance.js';
import type { OpOccBody } from './render-op-occ.js';
import type {
  changeExtVnfConnectivityRequestV1,
  instantiateVnfRequestV1,
  vnfInfoModificationRequestV1,
} from './v1-schemas.js';
import { defined } from '../../shared/defined.js';

type Values = Readonly<Record<string, unknown>>;
type InstantiateV1 = Static<typeof instantiateVnfRequestV1>;
type ReconnectionV1 = Static<typeof changeExtVnfConnectivityRequestV1>;
type ModificationV1 = Static<typeof vnfInfoModificationRequestV1>;
type LinkV1 = NonNullable<InstantiateV1['extVirtualLinks']>[number];
type CpV1 = LinkV1['extCps'][number];

export function instantiationOf(body: InstantiateV1): Converted<InstantiateVnfRequest> {
  const { vimConnectionInfo, extVirtualLinks, extManagedVirtualLinks: _empty, ...rest } = body;
  const links = (extVirtualLinks ?? []).map(linkOf);
  const issues = issuesIn(body);
  if (issues.length > 0) return { issues };
  return {
    value: {
      ...rest,
      ...(vimConnectionInfo && { vimConnectionInfo: keyed(vimConnectionInfo, 'id') }),
      ...(extVirtualLinks && { extVirtualLinks: links }),
    },
  };
}

/** v1 has no null that removes an entry: it adds entries and changes them. */
export function reconnectionOf(body: ReconnectionV1): Converted<ChangeExtVnfConnectivityRequest> {
  const { vimConnectionInfo, extVirtualLinks } = body;
  const issues = issuesIn(body);
  if (issues.length > 0) return { issues };
  return {
    value: {
      extVirtualLinks: extVirtualLinks.map(linkOf),
      ...(vimConnectionInfo && { vimConnectionInfo: keyed(vimConnectionInfo, 'id') }),
    },
  };
}

const issuesIn = ({
  vimConnectionInfo,
  extVirtualLinks,
}: Pick<InstantiateV1, 'vimConnectionInfo' | 'extVirtualLinks'>): readonly Issue[] => [
  ...given(vimConnectionInfo, 'id', ['vimConnectionInfo']),
  ...(extVirtualLinks ?? []).flatMap(({ extCps }, link) =>
    extCps.flatMap(({ cpConfig }, cp) =>
      given(named(cpConfig), 'cpConfigId', ['extVirtualLinks', link, 'extCps', cp, 'cpConfig']),
    ),
  ),
];

const alsoRemoved = 'stands in vimConnectionInfoDeleteIds as well; leave it out of one of the two';

/** An entry with a known id changes that connection, one with a new id is added. */
export function modificationOf(body: ModificationV1): Converted<VnfInfoModificationRequest> {
  const { vimConnectionInfo, vimConnectionInfoDeleteIds: gone, vnfdId: _empty, ...rest } = body;
  const issues = [
    ...given(vimConnectionInfo, 'id', ['vimConnectionInfo']),
    ...(vimConnectionInfo ?? []).flatMap(({ id }, index) =>
      gone?.includes(id) ? [{ message: alsoRemoved, path: ['vimConnectionInfo', index, 'id'] }] : [],
    ),
  ];
  if (issues.length > 0) return { issues };
  if (vimConnectionInfo === undefined && gone === undefined) return { value: rest };
  const removed = Object.fromEntries((gone ?? []).map((id) => [id, null]));
  return { value: { ...rest, vimConnectionInfo: { ...removed, ...keyed(vimConnectionInfo ?? [], 'id') } } };
}

function linkOf({ extCps, extLinkPorts: _empty, ...link }: LinkV1) {
  return { ...link, extCps: extCps.map(cpOf) };
}

function cpOf({ cpdId, cpConfig }: CpV1) {
  return { cpdId, ...(cpConfig && { cpConfig: keyed(configsOf(cpConfig), 'cpConfigId') }) };
}

/** v1 lets a configuration have no id. */
const named = (configs: CpV1['cpConfig']) =>
  configs?.map(({ cpConfigId, ...config }, index) => ({
    ...config,
    cpConfigId: cpConfigId ?? (index === 0 ? 'default' : `default-${index + 1}`),
  }));

const configsOf = (configs: NonNullable<CpV1['cpConfig']>) =>
  (named(configs) ?? []).map(({ cpConfigId, cpProtocolData }) => ({
    cpConfigId,
    ...(cpProtocolData && { cpProtocolData: cpProtocolData satisfies readonly CpProtocolData[] }),
  }));

/** What keeps the ids of a list from being keys of a map. */
function given(list: readonly Values[] | undefined, id: string, path: readonly (string | number)[]): readonly Issue[] {
  const ids = (list ?? []).map((entry) => entry[id]);
  return ids.flatMap((each, index) => {
    const message = ids.indexOf(each) === index ? undefined : 'is given twice';
    // As a name in a body is refused: the entry would be lost.
    const fault = each === '__proto__' ? 'is a name that is not taken' : message;
    return fault === undefined ? [] : [{ message: fault, path: [...path, index, id] }];
  });
}

function keyed<Id extends string, Entry extends { readonly [Key in Id]: string }>(
  list: readonly Entry[],
  id: Id,
): Readonly<Record<string, Omit<Entry, Id>>> {
  return Object.fromEntries(
    list.map((entry) => {
      const { [id]: key, ...rest } = entry;
      return [key, rest];
    }),
  );
}

/** A map as the list that v1 has; anything else, as null in a patch, stays. */
function listed(map: unknown, id: string): unknown {
  if (typeof map !== 'object' || map === null) return map;
  return Object.entries(map as Values).map(([key, value]) => ({ [id]: key, ...(value as Values) }));
}

export function instanceV1(body: VnfInstanceBody): object {
  const { vimConnectionInfo, instantiatedVnfInfo } = body;
  return {
    ...body,
    ...(vimConnectionInfo && { vimConnectionInfo: listed(vimConnectionInfo, 'id') }),
    ...(instantiatedVnfInfo && { instantiatedVnfInfo: instantiatedV1(instantiatedVnfInfo) }),
  };
}

function instantiatedV1(info: NonNullable<VnfInstanceBody['instantiatedVnfInfo']>): object {
  const { extVirtualLinkInfo } = info;
  if (extVirtualLinkInfo === undefined) return info;
  return { ...info, extVirtualLinkInfo: extVirtualLinkInfo.map(linkInfoV1) };
}

const linkInfoV1 = (link: NonNullable<OpOccBody['changedExtConnectivity']>[number]): object => ({
  ...link,
  currentVnfExtCpData: link.currentVnfExtCpData.map(cpV1),
});

const cpV1 = (cp: { readonly cpConfig?: unknown }): object => ({
  ...cp,
  ...(cp.cpConfig !== undefined && { cpConfig: listed(cp.cpConfig, 'cpConfigId') }),
});

/** `operationParams` are kept as v2 has them, whichever way they came. */
export function opOccV1(body: OpOccBody): object {
  const { operationParams, changedInfo, changedExtConnectivity } = body;
  return {
    ...body,
    ...(operationParams && { operationParams: paramsV1(operationParams) }),
    ...(changedInfo && { changedInfo: connectionsV1(changedInfo) }),
    ...(changedExtConnectivity && { changedExtConnectivity: changedExtConnectivity.map(linkInfoV1) }),
  };
}

function paramsV1(params: Values): object {
  const { extVirtualLinks, ...rest } = connectionsV1(params);
  if (!Array.isArray(extVirtualLinks)) return { ...rest, ...defined({ extVirtualLinks }) };
  const links = (extVirtualLinks as readonly (Values & { readonly extCps: readonly object[] })[]).map((link) => ({
    ...link,
    extCps: link.extCps.map(cpV1),
  }));
  return { ...rest, extVirtualLinks: links };
}

/** Of a patch: what it removes is named in a list of its own. */
function connectionsV1(values: Values): Values {
  const { vimConnectionInfo, ...rest } = values;
  if (typeof vimConnectionInfo !== 'object' || vimConnectionInfo === null) return values;
  const entries = Object.entries(vimConnectionInfo);
  const gone = entries.filter(([, value]) => value === null).map(([id]) => id);
  const kept = Object.fromEntries(entries.filter(([, value]) => value !== null));
  return {
    ...rest,
    vimConnectionInfo: listed(kept, 'id'),
    ...(gone.length > 0 && { vimConnectionInfoDeleteIds: gone }),
  };
}
