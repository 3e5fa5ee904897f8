/**
 * One life of packages, subscriptions and VNF instances in which requests carry every attribute that Berth has in force, and
 * what is seen of each.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { vnfcId } from '../../src/shared/ids.js';
import { bodyOf, type Client } from '../api/door.js';
import {
  buildRouter,
  createPackage,
  instances,
  onboarded,
  operate,
  opOccs,
  packages,
  readInstance,
  rested,
  upload,
} from '../flow/router.js';
import { startServer, until, type Server } from '../flow/server.js';
import { startSubscriber, type Subscriber } from '../flow/subscriber.js';

export type Json = Readonly<Record<string, unknown>>;

export const subscriptions = '/vnfpkgm/v2/subscriptions';
export const lifecycleSubscriptions = '/vnflcm/v2/subscriptions';

export const routerConfig = '{"forwarding": false}';
const ipv4 = { type: 'IPV4' };
const wish = (ipOverEthernet: object) => ({ cpProtocolData: [{ layerProtocol: 'IP_OVER_ETHERNET', ipOverEthernet }] });
const range = { minAddress: '10.1.0.40', maxAddress: '10.1.0.49' };

export const vim = {
  vimId: 'there',
  vimType: 'ETSINFV.OPENSTACK_KEYSTONE.V_3',
  interfaceInfo: { endpoint: 'http://vim.example' },
  accessInfo: { region: 'north' },
  extra: { note: 'kept' },
};

export const instantiation = {
  flavourId: 'simple',
  instantiationLevelId: 'default',
  extVirtualLinks: [
    {
      id: 'left',
      vimConnectionId: 'one',
      resourceProviderId: 'provider',
      resourceId: 'berth-west',
      extCps: [
        {
          cpdId: 'west',
          cpConfig: {
            first: wish({
              macAddress: '52:54:00:aa:bb:01',
              ipAddresses: [{ ...ipv4, addressRange: range, subnetId: '10.1.0.0/20' }],
            }),
          },
        },
      ],
    },
    {
      id: 'right',
      resourceId: 'berth-east',
      extCps: [
        {
          cpdId: 'east',
          cpConfig: {
            first: wish({
              ipAddresses: [
                {
                  ...ipv4,
                  fixedAddresses: ['10.2.0.77', '10.2.0.78', '10.2.0.79', '10.2.0.80'],
                  subnetId: '10.2.0.0/24',
                },
                { ...ipv4, numDynamicAddresses: 2, subnetId: '10.2.0.0/24' },
              ],
            }),
          },
        },
      ],
    },
  ],
  vimConnectionInfo: { one: vim },
  localizationLanguage: 'fr',
  additionalParams: { router_config: routerConfig },
  extensions: { role: 'edge' },
  vnfConfigurableProperties: { router_config: '{"forwarding": true}' },
};

/** West goes over to the network of east, with another MAC address. */
export const reconnection = {
  extVirtualLinks: [
    {
      id: 'moved',
      vimConnectionId: 'two',
      resourceProviderId: 'provider',
      resourceId: 'berth-east',
      extCps: [
        {
          cpdId: 'west',
          cpConfig: {
            first: null,
            second: wish({
              macAddress: '52:54:00:aa:bb:02',
              ipAddresses: [
                {
                  ...ipv4,
                  addressRange: { minAddress: '10.3.0.40', maxAddress: '10.3.0.49' },
                  subnetId: '10.3.0.0/20',
                },
                {
                  ...ipv4,
                  fixedAddresses: ['10.4.0.77', '10.4.0.78', '10.4.0.79', '10.4.0.80'],
                  subnetId: '10.4.0.0/24',
                },
                { ...ipv4, numDynamicAddresses: 2, subnetId: '10.4.0.0/24' },
              ],
            }),
          },
        },
      ],
    },
  ],
  vimConnectionInfo: { two: vim },
};

export const filter = {
  notificationTypes: ['VnfPackageChangeNotification'],
  vnfProductsFromProviders: [
    {
      vnfProvider: 'Berth',
      vnfProducts: [{ vnfProductName: 'Router', versions: [{ vnfSoftwareVersion: '1.1.0', vnfdVersions: ['1.1.0'] }] }],
    },
  ],
  operationalState: 'DISABLED',
  usageState: 'NOT_IN_USE',
  vnfmInfo: ['etsivnfm:v3.3.1'],
};

export interface World {
  readonly client: Client;
  /** Ids of things that stay. */
  readonly pkg: string;
  readonly vnfdId: string;
  readonly idle: string;
  /** An operation that has ended. */
  readonly ended: string;
  readonly seen: Readonly<Record<string, Json>>;
  /** Authorization headers, by what they were sent for. */
  readonly told: Readonly<Record<string, string | undefined>>;
  readonly close: () => Promise<void>;
}

/** The router, with an extension that its VNFD declares by giving it a value. */
const routerWithRole = () =>
  buildRouter(
    {},
    (text) =>
      text.replace(
        '        flavour_id: { get_input',
        '        modifiable_attributes: { extensions: { role: core } }\n        flavour_id: { get_input',
      ),
    'Definitions/router.yaml',
  );

export async function liveOnce(): Promise<World> {
  const content = await routerWithRole();
  const asked: IncomingMessage[] = [];
  const source = createServer((request, response) => {
    asked.push(request);
    response.writeHead(404).end();
  });
  source.listen(0, '127.0.0.1');
  await once(source, 'listening');
  const origin = `http://127.0.0.1:${String((source.address() as AddressInfo).port)}`;
  const subscriber = await startSubscriber(({ url }) =>
    url === '/token' ? { status: 200, body: { access_token: 'abc', token_type: 'Bearer' } } : { status: 204 },
  );
  const server = await startServer({ callbacks: [subscriber.origin], uploadAllowed: [origin] });
  const told: Record<string, string | undefined> = {};
  const seen: Record<string, Json> = {};
  Object.assign(seen, await packagesOf(server, content));
  Object.assign(seen, await subscribe(server, subscriber, String(seen['package']?.['id']), told));
  await fetchOnce(server, origin, seen);
  told['upload'] = asked[0]?.headers.authorization;
  const vnfdId = String(seen['package']?.['vnfdId']);
  Object.assign(seen, await instancesOf(server, vnfdId));
  const idle = String((await bodyOf(await server.send('POST', instances, { vnfdId })))['id']);
  return {
    client: server,
    pkg: String(seen['package']?.['id']),
    vnfdId,
    idle,
    ended: String(seen['terminated']?.['id']),
    seen,
    told,
    close: async () => {
      await server.stop();
      await subscriber.close();
      source.closeAllConnections();
      source.close();
    },
  };
}

async function packagesOf(server: Server, content: Uint8Array): Promise<Record<string, Json>> {
  const created = await bodyOf(await server.send('POST', packages, { userDefinedData: { a: 1 } }));
  const id = String(created['id']);
  const form = new FormData();
  form.append('file', new Blob([Uint8Array.from(content)], { type: 'application/zip' }), 'router.csar');
  const formed = await createPackage(server);
  await server.ask(`${packages}/${formed}/package_content`, { method: 'PUT', body: form });
  const formPackage = await onboarded(server, formed);
  await server.send('PATCH', `${packages}/${formed}`, { operationalState: 'DISABLED' });
  const disabled = await bodyOf(await server.ask(`${packages}/${formed}`));
  await server.ask(`${packages}/${formed}`, { method: 'DELETE' });
  await upload(server, id, content);
  await onboarded(server, id);
  await server.send('PATCH', `${packages}/${id}`, { userDefinedData: { b: 2 }, vnfmInfo: ['another'] });
  const whole = await bodyOf(await server.ask(`${packages}/${id}`));
  await server.send('PATCH', `${packages}/${id}`, { vnfmInfo: null });
  return { packageCreated: created, formPackage, disabled, package: whole };
}

const notificationTypes = ['VnfLcmOperationOccurrenceNotification'];
const lifecycle = {
  filter: {
    vnfInstanceSubscriptionFilter: { vnfdIds: ['x'], vnfInstanceIds: ['i'] },
    ...{ notificationTypes, operationTypes: ['HEAL'], operationStates: ['FAILED'] },
  },
  verbosity: 'SHORT',
};
const ofInstance = {
  filter: {
    vnfInstanceSubscriptionFilter: {
      vnfProductsFromProviders: filter.vnfProductsFromProviders,
      vnfInstanceNames: ['edge'],
    },
  },
};

async function subscribe(
  server: Server,
  subscriber: Subscriber,
  pkg: string,
  told: Record<string, string | undefined>,
): Promise<Record<string, Json>> {
  const send = async (name: string, body: object, path = subscriptions) => {
    const answer = await bodyOf(await server.send('POST', path, { ...body, callbackUri: uri(name) }));
    told[name] = subscriber.received.find(({ url }) => url === `/${name}`)?.headers.authorization;
    return answer;
  };
  const uri = (name: string) => `${subscriber.origin}/${name}`;
  const basic = { authType: ['BASIC'], paramsBasic: { userName: 'user', password: 'word' } };
  const paramsOauth2ClientCredentials = { clientId: 'me', clientPassword: 'mine', tokenEndpoint: uri('token') };
  const oauth = { authType: ['OAUTH2_CLIENT_CREDENTIALS'], paramsOauth2ClientCredentials };
  const seen = {
    byProduct: await send('product', { filter, authentication: basic }),
    byVnfd: await send('vnfd', { filter: { vnfdId: ['x'] }, authentication: oauth }),
    byPackage: await send('package', { filter: { vnfPkgId: [pkg] } }),
    ofLifecycle: await send('lifecycle', { ...lifecycle, authentication: basic }, lifecycleSubscriptions),
    ofInstance: await send('instance', { ...ofInstance, authentication: oauth }, lifecycleSubscriptions),
  };
  told['token'] = subscriber.received.find(({ url }) => url === '/token')?.headers.authorization;
  return seen;
}

async function fetchOnce(server: Server, origin: string, seen: Record<string, Json>): Promise<void> {
  const id = await createPackage(server);
  const body = { addressInformation: `${origin}/router.csar`, userName: 'user', password: 'word' };
  await server.send('POST', `${packages}/${id}/package_content/upload_from_uri`, body);
  seen['fetched'] = await onboarded(server, id);
}

async function instancesOf(server: Server, vnfdId: string): Promise<Record<string, Json>> {
  const names = { vnfInstanceName: 'one', vnfInstanceDescription: 'first', metadata: { a: 1 } };
  const created = await bodyOf(await server.send('POST', instances, { vnfdId, ...names }));
  const id = String(created['id']);
  const patched = await patch(server, id, {
    vnfInstanceName: 'two',
    vnfInstanceDescription: 'second',
    metadata: { b: 2 },
    extensions: { role: 'core' },
    vnfConfigurableProperties: { router_config: '{}' },
    vimConnectionInfo: { patched: vim },
  });
  const instantiatedBy = await operate(server, id, 'instantiate', instantiation);
  const instantiated = await readInstance(server, id);
  const misconnected = await misconnect(server, id);
  const reconnectedBy = await operate(server, id, 'change_ext_conn', reconnection);
  const reconnected = await readInstance(server, id);
  await operate(server, id, 'scale', { type: 'SCALE_OUT', aspectId: 'capacity', numberOfSteps: 2 });
  const scaled = await readInstance(server, id);
  hang(server, scaled);
  const stop = { changeStateTo: 'STOPPED', stopType: 'GRACEFUL', gracefulStopTimeout: 1 };
  const stopOcc = await operate(server, id, 'operate', stop);
  const stopped = await readInstance(server, id);
  const start = { changeStateTo: 'STARTED', additionalParams: { recreateLostDisks: true } };
  const startOcc = await operate(server, id, 'operate', start);
  const cancelled = await cancelOne(server, id);
  hang(server, await readInstance(server, id));
  const terminated = await operate(server, id, 'terminate', {
    terminationType: 'GRACEFUL',
    gracefulTerminationTimeout: 1,
  });
  return {
    ...{ created, patched, instantiatedBy, instantiated, misconnected, reconnectedBy, reconnected },
    ...{ scaled, stopOcc, stopped, startOcc, cancelled, terminated },
  };
}

/** What is refused of a VNF that stands. */
async function misconnect(server: Server, id: string): Promise<Json> {
  const refusal = async (ipOverEthernet: object) => {
    const [link] = reconnection.extVirtualLinks;
    const extCps = [{ cpdId: 'west', cpConfig: { second: wish(ipOverEthernet) } }];
    const request = { ...reconnection, extVirtualLinks: [{ ...link, extCps }] };
    return bodyOf(await server.send('POST', `${instances}/${id}/change_ext_conn`, request));
  };
  return {
    vlan: await refusal({ segmentationId: '4095', macAddress: '52:54:00:aa:bb:02' }),
    type: await refusal({ ipAddresses: [{ type: 'IPV6', fixedAddresses: ['10.4.0.77'] }] }),
  };
}

/** Guests that do not heed being asked to stop: they have all the time that the request gives them. */
function hang(server: Server, instance: Json): void {
  const { vnfcResourceInfo } = instance['instantiatedVnfInfo'] as { vnfcResourceInfo: readonly { id: string }[] };
  for (const { id } of vnfcResourceInfo) server.fleet.all()[0]?.control.changeGuest(vnfcId(id), { hung: true });
}

async function patch(server: Server, id: string, body: object): Promise<Json> {
  const response = await server.send('PATCH', `${instances}/${id}`, body);
  await rested(server, response.headers.get('location') ?? '');
  return readInstance(server, id);
}

/** An operation that the hosts hold up is cancelled; it is given up afterwards. */
async function cancelOne(server: Server, id: string): Promise<Json> {
  const [host] = server.fleet.all();
  host?.control.latency(300);
  const begun = await server.send('POST', `${instances}/${id}/scale`, { type: 'SCALE_OUT', aspectId: 'capacity' });
  const occ = `${opOccs}/${begun.headers.get('location')?.split('/').at(-1) ?? ''}`;
  const state = async () => bodyOf(await server.ask(occ));
  await until(state, ({ operationState }) => operationState === 'PROCESSING', 'the operation does not begin');
  const answer = await server.send('POST', `${occ}/cancel`, { cancelMode: 'GRACEFUL' });
  const pending = await state();
  await rested(server, occ);
  host?.control.latency(0);
  await server.ask(`${occ}/rollback`, { method: 'POST' });
  await rested(server, occ);
  return { status: answer.status, ...pending };
}
