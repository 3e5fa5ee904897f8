/**
 * The UPF at the far side of the chain: UEs behind the gNB reach the data network by N3, UPF, N6, firewall and router.
 * It scales out, a rule of the firewall blocks UEs, its QEMU is killed and comes back by the operator's command.
 */
import { sleep } from '../../time.mjs';
import { expect } from '../journey.mjs';
import { chainNetworks, networks, radio } from '../networks.mjs';
import { teller, tellPlacement } from '../tour.mjs';
import { makeRadioHost } from '../traffic.mjs';
import * as vnf from '../vnf.mjs';
import { apart, countUes } from './counters.mjs';
import { Radio } from './radio.mjs';
import { serve } from './traffic.mjs';

const [, , east] = chainNetworks;
const [dataNetwork] = networks;
const host = (subnet, number) => subnet.replace(/\d+\/\d+$/, String(number));

/** The two UPFs; each has a half of the UE addresses. */
const upfs = [0, 1].map((nth) => ({
  n3: host(radio.n3.subnet, 1 + nth),
  n4: host(radio.n4.subnet, 1 + nth),
  n6: host(east.subnet, 11 + nth),
  ues: `10.60.${128 * nth}.0/17`,
  ue: `10.60.${128 * nth}.5`,
}));
export const uePool = '10.60.0.0/16';
const ranges = (name) => upfs.map((upf) => upf[name]);
const links = [
  { ...radio.n3, cpd: 'n3', range: ranges('n3') },
  { ...radio.n4, cpd: 'n4', range: ranges('n4') },
  { ...east, cpd: 'n6', range: ranges('n6') },
];

/** What routers on the way need: to the UEs, each half by way of its UPF. */
export const routesToUes = upfs.map(({ ues, n6 }) => ({ to: ues, via: n6 }));
export const ueRules = (port, web) => [
  { name: 'ue-ping', from: 'outside', to: 'inside', protocol: 'icmp', icmpTypes: ['echo-request'], action: 'accept' },
  { name: 'ue-web', from: 'outside', to: 'inside', protocol: 'tcp', destinationPorts: [port], action: web },
];

const upfConfig = (firewall) =>
  JSON.stringify({
    n4: { link: 'n4', allow: [radio.n4.subnet], heartbeatSeconds: 5 },
    interfaces: [
      { link: 'n3', side: 'access', networkInstance: 'access' },
      { link: 'n6', side: 'core', networkInstance: 'internet', pools: [uePool] },
    ],
    sessions: 1000,
    staticRoutes: [{ to: dataNetwork.subnet, via: firewall }],
  });

const pings = 50;
const strayPackets = 40;
/** 64 less UPF, firewall and router. */
const hops = 61;

export class UpfPart {
  #session;
  #chain;
  #id;
  #radio;

  /** `chain`: `{ port, firewall, configureFirewall(web), ids }` of the VNFs between N6 and the data network. */
  constructor(session, chain) {
    this.#session = session;
    this.#chain = chain;
  }

  async show() {
    await this.#build();
    const endServer = await serve(this.#chain.port, dataNetwork);
    this.#radio = new Radio(this.#session.state.path('radio.json'), ranges('n4'));
    try {
      await this.#traffic();
      await this.#block();
      await this.#secondUpf();
      await this.#count();
      await this.#kill();
    } finally {
      await this.#radio.close();
      await endServer();
    }
  }

  async #build() {
    const { journey, host: real, api } = this.#session;
    const { vnfdId } = await journey.step('Onboard the upf package', (tell) =>
      vnf.onboard(api, real.packageOf('upf'), tell),
    );
    await makeRadioHost();
    await journey.step('Instantiate the upf', async (tell) => {
      this.#id = await vnf.create(api, vnfdId, 'chain-upf');
      const request = {
        ...{ flavourId: 'shared', links },
        additionalParams: { upf_config: upfConfig(this.#chain.firewall) },
      };
      await vnf.instantiateOn(api, this.#id, request, real.watcher(teller(tell), tell));
      tellPlacement(await real.readInstance(api, this.#id), tell);
    });
  }

  /** Association and session of the nth UE at the nth UPF. */
  async #establish(nth, tell) {
    await this.#radio.play({ do: 'associate', smf: `smf${nth}` });
    const { ue } = upfs[nth];
    const { created } = await this.#radio.play({
      ...{ do: 'establish', smf: `smf${nth}`, session: `ue${nth}`, gnb: 'gnb' },
      ...{ ue: { v4: ue }, downTeid: 0x100 + nth, qfi: 9 },
    });
    const { teid, address } = created.find(({ tunnel }) => tunnel).tunnel;
    tell(`UE ${ue}: session at ${upfs[nth].n4}, its packets go to ${address}, TEID ${teid}`);
  }

  async #ping(nth, tell, count = pings) {
    const step = { do: 'ping', session: `ue${nth}`, to: dataNetwork.address, count };
    const { found } = await this.#radio.tried(step);
    tell(
      `${found.answered} of ${found.sent} pings answered, TTL ${found.hops.join(', ')}, QFI ${found.qfis.join(', ')}`,
    );
    expect(found.answered >= count * 0.9, `only ${found.answered} of ${count} pings of UE ${nth} were answered`);
    expect(String(found.hops) === String(hops), `TTL ${found.hops} says that the pings took another way`);
    expect(String(found.qfis) === '9', `QFI ${found.qfis} instead of 9`);
  }

  #connects(nth, withinMs) {
    return this.#radio.tried({
      ...{ do: 'connect', session: `ue${nth}`, to: dataNetwork.address, port: this.#chain.port },
      withinMs,
    });
  }

  #traffic() {
    return this.#session.journey.step('A UE reaches the data network by UPF, firewall and router', async (tell) => {
      await this.#establish(0, tell);
      await this.#ping(0, tell);
      expect((await this.#connects(0, 5000)).ok, `no connection to port ${this.#chain.port}`);
      tell(`port ${this.#chain.port} of the data network is open for the UE`);
    });
  }

  #block() {
    return this.#session.journey.step('A rule of the firewall blocks UEs, and lets them again', async (tell) => {
      await this.#chain.configureFirewall('drop');
      const { found } = await this.#connects(0, 1500);
      expect(found.became === 'silent', `port ${this.#chain.port} is ${found.became} although a rule drops it`);
      tell('rule ue-web set to drop: no connection; pings still pass');
      await this.#ping(0, tell, 5);
      await this.#chain.configureFirewall('accept');
      expect((await this.#connects(0, 5000)).ok, `port ${this.#chain.port} stays closed`);
      tell('rule ue-web set to accept: connected');
    });
  }

  #secondUpf() {
    const { journey, host: real, api } = this.#session;
    return journey.step('The UPF scales out, and a second session lands on the new one', async (tell) => {
      await vnf.scale(api, this.#id, 'SCALE_OUT', real.watcher(teller(tell), tell));
      await real.readInstance(api, this.#id);
      await this.#establish(1, tell);
      await this.#ping(1, tell);
      await this.#ping(0, tell, 5);
    });
  }

  #count() {
    const { journey, api } = this.#session;
    return journey.step('The counters along the UE’s way add up', async (tell) => {
      const read = await countUes(api, { ...this.#chain.ids, upf: this.#id });
      for (const nth of [0, 1]) await this.#ping(nth, tell);
      const rows = await read((seen) => apart(seen) <= strayPackets);
      tell('packets          to the data network  back');
      for (const { where, towards, back } of rows)
        tell(`${where.padEnd(20)}${String(towards).padStart(16)}${String(back).padStart(6)}`);
      expect(apart(rows) <= strayPackets, `the counts differ by ${apart(rows)} packets`);
    });
  }

  #kill() {
    const { journey, host: real, api } = this.#session;
    return journey.step('The UPF’s QEMU is killed, and the operator brings it back', async (tell) => {
      const victim = await this.#vnfcOf(upfs[0].n4);
      const [{ pid, name }] = real.guestsOf(victim.metadata.domainName);
      process.kill(pid, 'SIGKILL');
      tell(`killed process ${pid} of ${name}`);
      const gone = (info) => infoOf(info, victim).vnfcState === 'STOPPED';
      const info = await api.until(`/vnflcm/v2/vnf_instances/${this.#id}`, gone, { limitMs: 60_000 });
      const { vnfcState } = infoOf(info, victim);
      tell(`Berth says: VNFC ${victim.id} is ${vnfcState}, the VNF is ${info.instantiatedVnfInfo.vnfState}`);
      const silent = await this.#radio.tried({
        do: 'ping',
        session: 'ue0',
        to: dataNetwork.address,
        count: 3,
        withinMs: 500,
      });
      expect(silent.found.answered === 0, 'pings were answered though the UPF is gone');
      await this.#ping(1, tell, 5);
      tell('the UE at the other UPF goes on');
      await vnf.operate(api, this.#id, 'operate', { changeStateTo: 'STARTED' }, teller(tell));
      await this.#comesBack(tell);
    });
  }

  async #vnfcOf(address) {
    const info = await vnf.instance(this.#session.api, this.#id);
    const { extCpInfo, vnfcResourceInfo } = info.instantiatedVnfInfo;
    const cp = extCpInfo.find(({ cpProtocolInfo }) => JSON.stringify(cpProtocolInfo).includes(`"${address}"`));
    return vnfcResourceInfo.find(({ vnfcCpInfo }) => vnfcCpInfo?.some(({ vnfExtCpId }) => vnfExtCpId === cp?.id));
  }

  /** The SMF sets its association up again as soon as the UPF answers, and then its session. */
  async #comesBack(tell) {
    const limit = Date.now() + 120_000;
    while (!(await this.#radio.tried({ do: 'associate', smf: 'smf0' })).ok) {
      expect(Date.now() < limit, 'the UPF did not answer N4 within two minutes');
      await sleep(500);
    }
    await this.#establish(0, tell);
    await this.#ping(0, tell);
  }
}

const infoOf = (info, { id }) =>
  info.instantiatedVnfInfo.vnfcInfo.find(({ vnfcResourceInfoId }) => vnfcResourceInfoId === id);
