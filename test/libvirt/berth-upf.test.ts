/**
 * The UPF's package by the whole Berth on QEMU: an SMF associates, a UE's traffic passes both ways, what the guest refuses
 * leaves sessions alone, and a second VNFC is another node for the SMF.
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bodyOf } from '../api/door.js';
import { createInstance, instances } from '../flow/router.js';
import { accepted, expectCompleted, operate, rested, scaleBy, terminate } from './berth-life.js';
import { startWorld, type World } from './berth-world.js';
import { describeUnless } from './environment.js';
import { soon } from './soon.js';
import { vnfPackage } from './vnf-package.js';

jest.setTimeout(300_000);

const upf = vnfPackage('upf');

/** Two addresses on each side, for two UPFs. N3 and N4 are in the west, N6 is in the east. */
const link = (cpd: string, bridge: string, net: string) => {
  const addressRange = { minAddress: `${net}.10`, maxAddress: `${net}.11` };
  const ipAddresses = [{ type: 'IPV4', addressRange, subnetId: `${net}.0/24` }];
  const cpProtocolData = [{ layerProtocol: 'IP_OVER_ETHERNET', ipOverEthernet: { ipAddresses } }];
  return { id: cpd, resourceId: bridge, extCps: [{ cpdId: cpd, cpConfig: { [cpd]: { cpProtocolData } } }] };
};
const request = {
  flavourId: 'shared',
  extVirtualLinks: [
    link('n3', 'berth-west', '10.1.0'),
    link('n4', 'berth-west', '10.4.0'),
    link('n6', 'berth-east', '10.2.0'),
  ],
};
const document = (more: object = {}) => ({
  n4: { link: 'n4' },
  interfaces: [
    { link: 'n3', side: 'access', networkInstance: 'access' },
    { link: 'n6', side: 'core', networkInstance: 'internet', pools: ['10.60.0.0/16'] },
  ],
  sessions: 1000,
  ...more,
});

interface Played {
  readonly step: string;
  readonly ok: boolean;
  readonly wrong: readonly string[];
  readonly found: Readonly<Record<string, unknown>>;
}

describeUnless(upf.missing, 'The UPF by the whole Berth', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-upf-'));
  let world: World;
  let id = '';

  const configure = async (content: object) => {
    const body = { vnfConfigurableProperties: { upf_config: JSON.stringify(content) } };
    const type = { 'content-type': 'application/merge-patch+json' };
    const response = await world.berth().send('PATCH', `${instances}/${id}`, body, type);
    return rested(world.berth(), await accepted(response));
  };

  /** Plays SMF and gNB in the west, towards the UPF with that last octet; every step must be as expected. */
  const play = async (octet: number, ...steps: readonly object[]): Promise<readonly Played[]> => {
    const file = join(folder, 'scenario.json');
    const smfs = { smf: { local: '10.4.0.1', peer: `10.4.0.${String(octet)}`, nodeId: 'smf.example' } };
    writeFileSync(file, JSON.stringify({ smfs, gnbs: { gnb: { local: '10.1.0.1' } }, steps }));
    const said = await world.hosts.inWest(process.execPath, 'vnf-catalog/upf/client/client.ts', file);
    const played = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Played);
    expect(played.filter(({ ok }) => !ok)).toEqual([]);
    expect(played).toHaveLength(steps.length);
    return played;
  };

  const session = (ue: string) => [
    { do: 'associate' },
    { do: 'establish', session: 'ue', ue: { v4: ue }, gnb: 'gnb', downTeid: 256, qfi: 9 },
  ];
  const ping = {
    do: 'ping',
    session: 'ue',
    to: '10.2.0.1',
    count: 20,
    expect: { answered: 20, hops: [63], qfis: [9] },
  };

  beforeAll(async () => {
    world = await startWorld({ router: upf, pages: 16 });
    await world.hosts.inWest('ip', 'address', 'add', '10.4.0.1/24', 'dev', 'eth0');
    await world.hosts.inEast('route', 'add', '10.60.1.0/24', 'via', '10.2.0.11');
    id = await createInstance(world.berth(), world.vnfdId);
    const additionalParams = { upf_config: JSON.stringify(document()) };
    expectCompleted(await operate(world.berth(), id, 'instantiate', { ...request, additionalParams }));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    if (id !== '') await terminate(world, id);
    await world.end();
  });

  test('carries a UE’s pings both ways, one off their TTL, with their QFI', async () => {
    await play(10, ...session('10.60.0.5'), ping, { do: 'delete', session: 'ue' }, { do: 'release' });
  });

  test('has its numbers in Prometheus', async () => {
    const line = await soon(async () => {
      const page = await (await world.berth().ask('/metrics')).text();
      return /^berth_vnf_up_forwarded_packets_total\{.*role="upf".*\} (\d+)$/m.exec(page)?.[1];
    }, 'no uplink packets in the metrics');
    expect(Number(line)).toBeGreaterThanOrEqual(20);
  });

  describe('with a session', () => {
    test('refuses a document in the guest’s own words, and the session goes on', async () => {
      await play(10, ...session('10.60.0.6'), ping);
      const occ = await configure(document({ n4: { link: 'north' } }));
      expect(occ).toMatchObject({ operationState: 'FAILED_TEMP' });
      expect(JSON.stringify(occ['error'])).toContain('n4.link: there is no interface named');
      await world.berth().ask(`/vnflcm/v2/vnf_lcm_op_occs/${String(occ['id'])}/fail`, { method: 'POST' });
      const { ready } = await healthOf();
      expect(ready).toBe(true);
    });

    test('takes a changed document', async () => {
      expectCompleted(await configure(document({ gtpEchoSeconds: 30 })));
      await play(10, ...session('10.60.0.7'), ping, { do: 'delete', session: 'ue' });
    });
  });

  test('is another node for the SMF when it scales out', async () => {
    expectCompleted(await operate(world.berth(), id, 'scale', scaleBy('SCALE_OUT')));
    const [first] = await play(10, { do: 'associate' });
    const [second] = await play(11, ...session('10.60.1.5'), ping);
    expect([first?.found['nodeId'], second?.found['nodeId']]).toEqual(['10.4.0.10', '10.4.0.11']);
  });

  async function healthOf(): Promise<{ readonly ready: boolean }> {
    const body = await bodyOf(await world.berth().ask(`${instances}/${id}`));
    const info = body['instantiatedVnfInfo'] as { readonly vnfcResourceInfo: readonly { readonly metadata: object }[] };
    const live = (info.vnfcResourceInfo[0]?.metadata as { readonly live?: { readonly guestStatus?: object } }).live;
    return { ready: (live?.guestStatus as { readonly healthy?: boolean } | undefined)?.healthy === true };
  }
});
