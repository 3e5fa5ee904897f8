/**
 * What is observed without root: four simulated hosts, a VNF of each kind of the catalogue around a stand-in image, and a
 * hand that lets things happen to them. Their guests report made-up numbers.
 */
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { ensureDebianPackages } from '../debian.mjs';
import { observePackages } from '../packages.mjs';
import { inTop } from '../paths.mjs';
import { pathOf } from '../quickstart/api.mjs';
import { expect } from '../quickstart/journey.mjs';
import { SimulatedHost } from '../quickstart/simulated-host.mjs';
import { standInPackage } from '../quickstart/stand-in.mjs';
import * as vnf from '../quickstart/vnf.mjs';

/** Small servers with cards: few enough that the end of their room is in sight. */
const fleet = {
  templates: {
    server: {
      cells: {
        count: 2,
        cores: 8,
        threads: 2,
        memoryMiB: 32768,
        hugepages: [
          { pageSizeKiB: 2048, total: 4096 },
          { pageSizeKiB: 1048576, total: 8 },
        ],
      },
      cards: [
        { cell: 0, functions: 8, physicalNetwork: 'physnet1', linkMbps: 25000 },
        { cell: 1, functions: 8, physicalNetwork: 'physnet2', linkMbps: 25000 },
      ],
      networks: ['berth-west', 'berth-east', 'mgmt'].map((name) => ({ name })),
      pools: [{ name: 'berth', capacityMiB: 102400 }],
    },
  },
  hosts: [{ like: 'server', name: 'sim', count: 4 }],
};

/** Networks of each VNF by its connection points. */
const bridges = {
  router: { west: 'berth-west', east: 'berth-east' },
  firewall: { inside: 'berth-west', outside: 'berth-east' },
  upf: { n3: 'berth-west', n4: 'mgmt', n6: 'berth-east' },
};

const linksOf = (name, nth) =>
  Object.entries(bridges[name]).map(([cpd, bridge], at) => {
    const net = `10.${at + 1}.${nth}`;
    return { cpd, bridge, subnet: `${net}.0/24`, range: [`${net}.10`, `${net}.10`] };
  });

export class ObservedSimulation extends SimulatedHost {
  #journey;
  #state;
  #nth = 0;

  constructor(journey, state) {
    super(journey, state);
    this.#journey = journey;
    this.#state = state;
  }

  vnfs = Object.keys(bridges);
  program = inTop('scripts', 'lib', 'observe', 'simulated-berth.mjs');
  killing = 'the simulated QEMU';
  /** Panels of what simulated hosts and guests have not. */
  rightlyEmpty = {
    'Child processes': 'simulated hosts need none',
    'BGP and BFD sessions': 'a UPF has them by its configuration, of which simulated guests know nothing',
    'Default routes over BGP': 'likewise',
  };

  async packages() {
    await this.#journey.step('Debian packages', async (tell) => {
      const installed = await ensureDebianPackages(observePackages, tell);
      if (installed.length === 0) tell('Prometheus and Alertmanager are installed already');
    });
  }

  async prepare() {
    await this.#journey.step('Build packages around a stand-in image', async (tell) => {
      for (const name of this.vnfs) await standInPackage(this.packageOf(name), tell, name);
    });
  }

  packageOf(name) {
    return this.#state.path(`${name}.csar`);
  }

  berthArguments() {
    writeFileSync(this.#state.path('fleet.json'), JSON.stringify(fleet));
    return ['--fleet-file', this.#state.path('fleet.json'), '--signature-policy', 'warn'];
  }

  /** The body of a request for an instance with addresses of its own; `nth` those of an earlier one. */
  requestFor(name, nth = ++this.#nth) {
    return { flavourId: 'simple', links: linksOf(name, nth) };
  }

  async kill({ id, metadata: { hostId } }, tell) {
    await this.#hand(hostId, 'crashDomain', id);
    tell(`the simulated QEMU of VNFC ${id} on ${hostId} died`);
  }

  /** Things go wrong; answers the names of alerts that have to follow. */
  async trouble(api, { packages, vnfcs }, tell) {
    await this.#hand(vnfcs.firewall.metadata.hostId, 'changeGuest', vnfcs.firewall.id, {
      ready: false,
      reason: 'a daemon died',
    });
    tell(`the guest of the firewall says that it is not ready`);
    const { flavourId, links } = this.requestFor('router', 1);
    const id = await vnf.create(api, packages.router, 'too-many');
    const refused = await this.#rested(api, id, 'instantiate', { flavourId, links });
    expect(refused === 'ROLLED_BACK', `addresses that are in use were given: ${refused}`);
    tell(`INSTANTIATE with addresses in use: ${refused}`);
    tell(`OPERATE on a host that refuses to start the domain: ${await this.#parked(api, packages.router)}`);
    await this.#hand(vnfcs.router.metadata.hostId, 'putFile', 'berth', 'berth-base-0123456789ab-somebody.qcow2');
    const [away, drained] = (await api.get('/nfvi/v1/hosts')).filter(({ holders }) => holders.length === 0);
    await this.#hand(away.id, 'disconnect', 'no route to host');
    await api.request('PATCH', `/nfvi/v1/hosts/${drained.id}`, {
      body: { adminState: 'draining' },
      type: 'application/merge-patch+json',
    });
    tell(`${away.id} does not answer, ${drained.id} is draining`);
    return ['BerthVnfcNotHealthy', 'BerthOperationFailed', 'BerthHostUnreachable'];
  }

  /** A second router is stopped, and does not start again. */
  async #parked(api, vnfdId) {
    const id = await vnf.create(api, vnfdId, 'router-2');
    await vnf.instantiateOn(api, id, this.requestFor('router'));
    await vnf.operate(api, id, 'operate', { changeStateTo: 'STOPPED' });
    const [{ metadata }] = (await vnf.instance(api, id)).instantiatedVnfInfo.vnfcResourceInfo;
    await this.#hand(metadata.hostId, 'failNext', 'ensureStarted', 'Rejected', 'cannot allocate hugepages');
    return this.#rested(api, id, 'operate', { changeStateTo: 'STARTED' });
  }

  /** The state in which an operation rests, whichever it is. */
  async #rested(api, id, task, body) {
    const { location } = await vnf.begin(api, id, task, body);
    const rests = ({ operationState }) => !['STARTING', 'PROCESSING', 'ROLLING_BACK'].includes(operationState);
    return (await api.until(pathOf(location), rests, { limitMs: 60_000 })).operationState;
  }

  #hand(host, verb, ...args) {
    return new Promise((resolve, reject) => {
      const path = `/${encodeURIComponent(host)}/${verb}`;
      const asked = request({ socketPath: this.#state.path('data', 'hand.sock'), method: 'POST', path }, (response) => {
        let said = '';
        response.setEncoding('utf8').on('data', (chunk) => (said += chunk));
        response.on('end', () =>
          response.statusCode === 204 ? resolve() : reject(new Error(`${verb} on ${host}: ${said}`)),
        );
      });
      asked.on('error', reject);
      asked.end(JSON.stringify(args));
    });
  }
}
