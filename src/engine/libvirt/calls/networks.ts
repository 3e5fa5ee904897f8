/** Networks: an isolated bridge per internal virtual link; external ones are only read (libvirt-network). */
import { networkXml } from '../../../libvirt-xml/network.js';
import { readXml } from '../../../libvirt-xml/read-xml.js';
import { find } from '../../../libvirt-xml/xml/element.js';
import type { NetworkSpec } from '../../engine.js';
import {
  ConnectListAllNetworks,
  NetworkCreate,
  NetworkDefineXMLFlags,
  NetworkDestroy,
  NetworkFree,
  NetworkGetXMLDesc,
  NetworkIsActive,
  NetworkIsPersistent,
  NetworkLookupByName,
  type NetworkPtr,
  NetworkSetAutostart,
  NetworkUndefine,
} from '../bindings.js';
import { CallRefusal, check, mapListed, present, unless, using } from '../native.js';
import type { CallContext } from './context.js';

const NO_NETWORK = 43;
const OPERATION_INVALID = 55;

export interface ListedNetwork {
  readonly xml: string;
  readonly active: boolean;
}

export function ensureNetwork(context: CallContext, spec: NetworkSpec): void {
  const found = unless([NO_NETWORK], () => present(NetworkLookupByName(context.conn, spec.name)));
  using(found ?? define(context, spec), NetworkFree, (network) => {
    if (found !== undefined) refuseOtherBridge(network, spec);
    if (check(NetworkIsActive(network)) === 0) activate(network);
    if (check(NetworkIsPersistent(network)) === 0) defineAgain(context, network);
    check(NetworkSetAutostart(network, 1));
  });
}

export const listNetworks = (context: CallContext): ListedNetwork[] =>
  mapListed<NetworkPtr, ListedNetwork | undefined>(
    (list) => ConnectListAllNetworks(context.conn, list, 0),
    NetworkFree,
    (network) => {
      context.progress();
      return unless([NO_NETWORK], () => ({
        xml: present(NetworkGetXMLDesc(network, 0)),
        active: check(NetworkIsActive(network)) === 1,
      }));
    },
  ).filter((network) => network !== undefined);

export function removeNetwork(context: CallContext, name: string): void {
  unless([NO_NETWORK], () => {
    using(present(NetworkLookupByName(context.conn, name)), NetworkFree, (network) => {
      const persistent = check(NetworkIsPersistent(network)) === 1;
      if (check(NetworkIsActive(network)) === 1) unless([OPERATION_INVALID], () => check(NetworkDestroy(network)));
      if (persistent) check(NetworkUndefine(network));
    });
  });
}

const define = (context: CallContext, spec: NetworkSpec): NetworkPtr =>
  present(NetworkDefineXMLFlags(context.conn, networkXml(spec), 0));

/** Its definition was removed while it was active. As it is, with its UUID: libvirt takes another for a second network. */
function defineAgain(context: CallContext, network: NetworkPtr): void {
  NetworkFree(present(NetworkDefineXMLFlags(context.conn, present(NetworkGetXMLDesc(network, 0)), 0)));
}

function refuseOtherBridge(network: NetworkPtr, spec: NetworkSpec): void {
  const bridge = find(readXml(present(NetworkGetXMLDesc(network, 0))), 'bridge')?.attributes['name'];
  if (bridge === spec.bridge) return;
  const text = `Network ${spec.name} is there with bridge ${bridge ?? '(none)'}, not ${spec.bridge}.`;
  throw new CallRefusal('Conflict', text);
}

function activate(network: NetworkPtr): void {
  try {
    check(NetworkCreate(network));
  } catch (error) {
    if (NetworkIsActive(network) !== 1) throw error;
  }
}
