/**
 * What is to be seen: packages onboarded, VNFs of each flavour, an operation that waits for a decision, one that was
 * refused, a host that is drained and one that does not answer, a VNFC that crashed and one that is not ready.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pack } from '../../vnf-catalog/builder/pack.mjs';
import { standInEntries } from '../../scripts/lib/quickstart/stand-in.mjs';
import * as vnf from '../../scripts/lib/quickstart/vnf.mjs';

const nobody = () => {};

const subnets = {
  'berth-west': '10.211.1',
  'berth-east': '10.211.2',
  'berth-middle': '10.211.3',
  'berth-n3': '10.211.4',
  'berth-n4': '10.211.5',
  physnet1: '10.212.1',
  physnet2: '10.212.2',
};

/** Every VNF gets ten addresses of its own on each network. */
let taken = 0;
const linksOf = (cpds) => {
  const first = 1 + 10 * taken++;
  return Object.entries(cpds).map(([cpd, bridge]) => {
    const net = subnets[bridge];
    return { cpd, bridge, subnet: `${net}.0/24`, range: [`${net}.${first}`, `${net}.${first + 9}`] };
  });
};

const routers = { west: 'berth-west', east: 'berth-east' };
const firewalls = { inside: 'berth-middle', outside: 'berth-east' };
const upfs = { n3: 'berth-n3', n4: 'berth-n4', n6: 'berth-east' };

/** [name, package, flavour, networks of its connection points]. */
const wanted = [
  ['edge-router', 'router', 'simple', routers],
  ['core-router', 'router', 'shared', routers],
  ['fast-router', 'router', 'sriov', { west: 'physnet1', east: 'physnet1' }],
  ['edge-firewall', 'firewall', 'simple', firewalls],
  ['lab-firewall', 'firewall', 'shared', firewalls],
  ['upf-north', 'upf', 'simple', upfs],
  ['upf-south', 'upf', 'shared', upfs],
];

export async function setStage(folder, berth, say) {
  const { api } = berth;
  const packages = {};
  for (const name of ['router', 'firewall', 'upf']) {
    const file = join(folder, `${name}.csar`);
    await pack(name, await standInEntries(name), file);
    packages[name] = await vnf.onboard(api, file, nobody);
    say(`onboarded ${name}`);
  }
  const ids = {};
  for (const [name, of, flavourId, cpds] of wanted) {
    ids[name] = await vnf.create(api, packages[of].vnfdId, name);
    await vnf.instantiateOn(api, ids[name], { flavourId, links: linksOf(cpds) });
    say(`instantiated ${name}`);
  }
  ids['pair-router'] = await instantiatePair(berth.api, packages.router);
  await vnf.scale(api, ids['edge-router'], 'SCALE_OUT');
  return { ids, packages, shownHost: await busiestHost(api, ids) };
}

/** The host with most VNFCs: its dashboard is drawn, so it stays up. */
async function busiestHost(api, ids) {
  const count = new Map();
  for (const id of Object.values(ids))
    for (const { host } of await vnfcsOf(api, id)) count.set(host, (count.get(host) ?? 0) + 1);
  const [[host]] = [...count].sort(([, a], [, b]) => b - a);
  return host;
}

async function instantiatePair(api, { vnfdId }) {
  const id = await vnf.create(api, vnfdId, 'pair-router');
  const point = (cpd, ip) => {
    const ipAddresses = [{ type: 'IPV4', subnetId: '10.213.0.0/24', ...ip }];
    const cpProtocolData = [{ layerProtocol: 'IP_OVER_ETHERNET', ipOverEthernet: { ipAddresses } }];
    return { cpdId: cpd, cpConfig: { [cpd]: { cpProtocolData } } };
  };
  const side = (cpd, from) => ({
    id: cpd,
    resourceId: `berth-${cpd}`,
    extCps: [
      point(cpd, { addressRange: { minAddress: `10.213.0.${from}`, maxAddress: `10.213.0.${from + 3}` } }),
      point(`${cpd}_vip`, { fixedAddresses: [`10.213.0.${from + 9}`] }),
    ],
  });
  const body = { flavourId: 'ha', extVirtualLinks: [side('west', 10), side('east', 30)] };
  await vnf.operate(api, id, 'instantiate', body);
  return id;
}

const vnfcsOf = async (api, id) =>
  (await vnf.instance(api, id)).instantiatedVnfInfo.vnfcResourceInfo.map(({ id: vnfc, metadata }) => ({
    vnfc,
    host: metadata.hostId,
  }));

/** What goes wrong while it is looked at. */
export async function trouble(folder, { api, tell }, { ids, packages, shownHost }, say) {
  const broken = join(folder, 'broken.csar');
  writeFileSync(broken, 'this is no archive');
  await failing(vnf.onboard(api, broken, nobody), say);

  const [crashed] = await vnfcsOf(api, ids['lab-firewall']);
  tell({ do: 'crash', ...crashed });
  say(`crashed a VNFC of lab-firewall on ${crashed.host}`);

  const [sick] = await vnfcsOf(api, ids['core-router']);
  tell({ do: 'unready', ...sick, reason: 'bgpd does not answer' });

  const [{ host }] = await vnfcsOf(api, ids['upf-south']);
  tell({ do: 'fail', host, verb: 'ensureStopped', text: 'internal error: monitor socket did not answer' });
  await failing(vnf.terminate(api, ids['upf-south']), say);

  // More VNFCs with functions of a card than there are cards.
  for (let count = 1; count <= 10; count++) {
    const id = await vnf.create(api, packages.router.vnfdId, `refused-${count}`);
    const links = linksOf({ west: 'physnet1', east: 'physnet2' });
    if (await failing(vnf.instantiateOn(api, id, { flavourId: 'sriov', links }), say)) break;
  }

  const hosts = await api.get('/nfvi/v1/hosts');
  // VNFs whose dashboards are drawn stay in sight.
  const shown = await Promise.all(['edge-router', 'edge-firewall', 'upf-north'].map((name) => vnfcsOf(api, ids[name])));
  const kept = new Set([shownHost, ...shown.flat().map((vnfc) => vnfc.host)]);
  const troubled = [crashed.host, sick.host, host];
  const order = ({ id }) => Number(troubled.includes(id)) + 2 * Number(kept.has(id));
  const [away, drained] = hosts.filter(({ id }) => id !== shownHost).sort((a, b) => order(a) - order(b));
  const body = { adminState: 'draining' };
  await api.request('PATCH', `/nfvi/v1/hosts/${drained.id}`, { body, type: 'application/merge-patch+json' });
  tell({ do: 'disconnect', host: away.id, reason: 'Cannot recv data: Connection reset by peer' });
  say(`${drained.id} drains, ${away.id} does not answer`);
}

/** True when it failed, as it was meant to. */
async function failing(work, say) {
  try {
    await work;
    return false;
  } catch (error) {
    say(`as it should, ${error.message.split('\n')[0].slice(0, 160)}`);
    return true;
  }
}
