/**
 * Packages and VNFs over HTTP, as any client of SOL005 and SOL003 would: create, upload, instantiate, scale, terminate.
 */
import { X509Certificate } from 'node:crypto';
import { pathOf } from './api.mjs';
import { networks } from './networks.mjs';

const packages = '/vnfpkgm/v2/vnf_packages';
const instances = '/vnflcm/v2/vnf_instances';
const operations = '/vnflcm/v2/vnf_lcm_op_occs';
const running = ['STARTING', 'PROCESSING', 'ROLLING_BACK'];
const operationLimitMs = 600_000;

export async function onboard(api, file, tell) {
  const { id } = (await api.request('POST', packages, { body: {} })).content;
  tell(`created VNF package ${id}`);
  await api.upload(`${packages}/${id}/package_content`, file);
  const ended = (info) => ['ONBOARDED', 'ERROR'].includes(info.onboardingState);
  const info = await api.until(`${packages}/${id}`, ended, { limitMs: 120_000 });
  if (info.onboardingState !== 'ONBOARDED') throw new Error(`onboarding failed: ${JSON.stringify(info)}`);
  tell(
    `${info.onboardingState}: ${info.vnfProvider} ${info.vnfProductName} ${info.vnfSoftwareVersion}, VNFD ${info.vnfdId}`,
  );
  if (info.signingCertificate) {
    const { subject } = new X509Certificate(info.signingCertificate);
    tell(`its signature holds: security ${info.packageSecurityOption}, signed by ${subject.replaceAll('\n', ', ')}`);
  }
  return info;
}

export async function removePackage(api, { id, operationalState }) {
  if (operationalState === 'ENABLED') {
    const body = { operationalState: 'DISABLED' };
    await api.request('PATCH', `${packages}/${id}`, { body, type: 'application/merge-patch+json' });
  }
  await api.request('DELETE', `${packages}/${id}`);
}

export async function create(api, vnfdId, vnfInstanceName) {
  return (await api.request('POST', instances, { body: { vnfdId, vnfInstanceName } })).content.id;
}

/** An external connection point on a bridge, or in a VLAN of a physical network; each VNFC takes an address of the range, and one of `range6` where there is one. */
const extVirtualLink = ({ cpd, bridge, vlan, subnet, range, subnet6, range6 }) => {
  const ipAddresses = [ipAddress('IPV4', subnet, range), ...(range6 ? [ipAddress('IPV6', subnet6, range6)] : [])];
  const cpProtocolData = [
    {
      layerProtocol: 'IP_OVER_ETHERNET',
      ipOverEthernet: { ipAddresses, ...(vlan && { segmentationId: String(vlan) }) },
    },
  ];
  return { id: cpd, resourceId: bridge, extCps: [{ cpdId: cpd, cpConfig: { [cpd]: { cpProtocolData } } }] };
};

/** The router has a connection point on either side. */
export const routerLinks = () =>
  networks.map(({ side, routers, ...network }) => ({ ...network, cpd: side, range: routers }));

const ipAddress = (type, subnetId, [minAddress, maxAddress]) => ({
  type,
  addressRange: { minAddress, maxAddress },
  subnetId,
});

export const instance = (api, id) => api.get(`${instances}/${id}`);

/** The instance once every guest that has a status to tell has told it since the last operation. */
export const instanceWithGuests = (api, id) =>
  api.until(`${instances}/${id}`, (info) => info.instantiatedVnfInfo.vnfcResourceInfo.every(hasSpoken), {
    limitMs: 120_000,
  });

const hasSpoken = ({ metadata }) => metadata.live?.guestStatus !== undefined;

/** Starts an operation and follows it to its end; throws with Berth's own problem unless it is COMPLETED. */
export async function operate(api, id, task, body, watch) {
  const { location } = await api.request('POST', `${instances}/${id}/${task}`, { body });
  return followed(api, location, task, watch);
}

async function followed(api, location, task, watch) {
  const ended = (occ) => !running.includes(occ.operationState);
  const occ = await api.until(pathOf(location), ended, { limitMs: operationLimitMs, pauseMs: 50, watch });
  if (occ.operationState === 'COMPLETED') return occ;
  throw new Error(`${task} ended ${occ.operationState}: ${inWords(occ.error)}`);
}

/** A Problem as a person reads it: its sentence, the cause's own words, what was missing and what would fit. */
function inWords({ detail, cause, explanation } = {}) {
  const { nearestMisses = [], relaxations = [] } = explanation ?? {};
  return [detail, cause?.text, cause?.native?.text, ...nearestMisses, ...relaxations].filter(Boolean).join('\n    ');
}

export const instantiate = (api, id, flavourId, watch) =>
  instantiateOn(api, id, { flavourId, links: routerLinks() }, watch);

/** `links`: `{ cpd, bridge, subnet, range }` of each connection point, with `subnet6` and `range6` for IPv6; `more`: further members of the request. */
export const instantiateOn = (api, id, { flavourId, links, ...more }, watch) =>
  operate(api, id, 'instantiate', { flavourId, extVirtualLinks: links.map(extVirtualLink), ...more }, watch);

/** Only begins the operation; answers where it is told of. `links` as for `instantiateOn`. */
export const begin = (api, id, task, { links, ...more }) =>
  api.request('POST', `${instances}/${id}/${task}`, {
    body: { ...more, ...(links && { extVirtualLinks: links.map(extVirtualLink) }) },
  });

/** Changes configurable properties of the running VNF. */
export async function configure(api, id, vnfConfigurableProperties, watch) {
  const type = 'application/merge-patch+json';
  const { location } = await api.request('PATCH', `${instances}/${id}`, { body: { vnfConfigurableProperties }, type });
  return followed(api, location, 'modify', watch);
}

export const scale = (api, id, type, watch) => operate(api, id, 'scale', { type, aspectId: 'capacity' }, watch);

export const terminate = (api, id, watch) => operate(api, id, 'terminate', { terminationType: 'FORCEFUL' }, watch);

export const removeInstance = (api, id) => api.request('DELETE', `${instances}/${id}`);

/** Brings an operation that an earlier run left to an end. */
async function settle(api, { id }) {
  const path = `${operations}/${id}`;
  const resting = (occ) => !running.includes(occ.operationState);
  const occ = await api.until(path, resting, { limitMs: operationLimitMs });
  if (occ.operationState !== 'FAILED_TEMP') return;
  await api.request('POST', `${path}/rollback`, {}).catch(() => api.request('POST', `${path}/fail`));
  const end = await api.until(path, resting, { limitMs: operationLimitMs });
  if (end.operationState === 'FAILED_TEMP') await api.request('POST', `${path}/fail`);
}

/** Removes every VNF and package of this Berth, whatever state they are in; answers how many things there were. */
export async function removeEverything(api, tell) {
  let count = 0;
  const saying = (line) => (count++, tell(line));
  for (const occ of await api.get(operations)) {
    if (![...running, 'FAILED_TEMP'].includes(occ.operationState)) continue;
    saying(`settling ${occ.operation} ${occ.id}, ${occ.operationState}`);
    await settle(api, occ);
  }
  for (const { id } of await api.get(instances)) {
    saying(`removing VNF instance ${id}`);
    if ((await instance(api, id)).instantiationState === 'INSTANTIATED') await terminate(api, id);
    await removeInstance(api, id);
  }
  for (const info of await api.get(packages)) {
    saying(`removing VNF package ${info.id}`);
    await removePackage(api, info);
  }
  return count;
}
