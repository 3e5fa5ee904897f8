/**
 * The power of a host is cut under VNFs with virtual functions. While it is away nobody knows how they are, and what they
 * hold stays theirs; once it is back, with its functions made again by hand, they run again or can be operated.
 */
import { expect, test } from '@jest/globals';
import { functionsCommand } from '../../../src/lab/lab.js';
import { functionsPerCard } from '../../../src/lab/shape.js';
import { bodyOf, type Client } from '../../api/door.js';
import { readInstance } from '../../flow/router.js';
import { onlyVnfc } from '../../libvirt/berth-life.js';
import { soon } from '../../libvirt/soon.js';
import { hostLimitMs, reachable } from '../berth-on-lab.js';
import { expectNothingLeft, expectOneTiny, functionsOf, hostState } from '../host-state.js';
import type { TestLab } from '../lab-under-test.js';
import { moment, type Moment } from '../moments.js';
import { beginTiny, completed, runningUsualTiny, terminated } from '../operations.js';
import { berthUnderTest } from './berth-under-test.js';

/** Reading a host, an automatic start and its pauses. */
const comebackLimitMs = 900_000;

export function powerCut(theLab: () => TestLab): void {
  const { lab, client, vnfdId, before } = berthUnderTest(theLab);

  const makeFunctions = () => lab().shell('lab0', functionsCommand(functionsPerCard));
  const claimed = async () =>
    (await functionsOf(client())).flatMap(({ address, vnfcId }) =>
      vnfcId === undefined ? [] : [`${address} ${vnfcId}`],
    );
  const tagsOf = async (id: string) =>
    (await hostState(lab())).functions.filter((line) => line.includes('vlan')).join('\n') || `no VLAN for ${id}`;

  test('its VNFC is unknown while it is away, and runs again once it has its functions', async () => {
    const id = await runningUsualTiny(client(), vnfdId());
    const [held, tags] = [await claimed(), await tagsOf(id)];
    expect(held).toHaveLength(2);
    await lab().cutPower('lab0');
    await reachable(client(), 0);
    await expectUnknown(client(), id);
    expect(await claimed()).toEqual(held);

    await lab().boot('lab0', { functions: 0 });
    const waitsFor = await soon(
      async () => /PCI function/.exec(String((await metadataOf(client(), id))['waitsFor'])) ?? undefined,
      'the VNFC does not wait for its functions',
      comebackLimitMs,
      1_000,
    );
    expect(waitsFor).not.toBeNull();
    expect((await metadataOf(client(), id))['live']).toMatchObject({ state: 'shutoff' });
    expect(await claimed()).toEqual(held);

    await makeFunctions();
    await soon(
      async () => (await onlyVnfc(client(), id)).metadata.live?.state === 'running' || undefined,
      'the VNFC does not run again',
      comebackLimitMs,
      1_000,
    );
    await noneUnderWay(client(), id);
    await expectOneTiny(lab(), client(), id, before());
    expect([await claimed(), await tagsOf(id)]).toEqual([held, tags]);
    await terminated(client(), id);
    await expectNothingLeft(lab(), client(), before());
  });

  test.each<Moment>(['its functions are given to vfio-pci'])(
    'an instantiation ends, with the power cut when %s',
    async (when) => {
      const { id, path } = await beginTiny(client(), vnfdId());
      await moment(lab(), when);
      await lab().cutPower('lab0');
      await reachable(client(), 0);
      await lab().boot('lab0', { functions: 0 });
      await makeFunctions();
      await reachable(client(), 1);
      await completed(client(), path);
      await expectOneTiny(lab(), client(), id, before());
      // libvirt does not sync what it is sent: what came shortly before the cut may be zeros.
      const day0 = await lab().shell('lab0', "tr -d '\\0' < /var/lib/libvirt/images/berth/berth-*-day0.iso | wc -c");
      expect(Number(day0)).toBeGreaterThan(0);
      await terminated(client(), id);
      await expectNothingLeft(lab(), client(), before());
    },
  );
}

const metadataOf = async (client: Client, id: string): Promise<Record<string, unknown>> => ({
  ...(await onlyVnfc(client, id)).metadata,
});

/** Neither running nor down, in the API and in the metrics; the record is that it is to run. */
async function expectUnknown(client: Client, id: string): Promise<void> {
  const { id: vnfcId, metadata } = await onlyVnfc(client, id);
  expect(metadata.live).toMatchObject({ state: 'unknown' });
  expect(await readInstance(client, id)).toMatchObject({ instantiatedVnfInfo: { vnfState: 'STARTED' } });
  const host = await bodyOf(await client.ask('/nfvi/v1/hosts/lab0'));
  expect(host).toMatchObject({ reachable: false, unreachableBecause: expect.any(String), holders: [{ vnfcId }] });
  const samples = (await (await client.ask('/metrics')).text()).split('\n').filter((line) => !line.startsWith('#'));
  const named = (name: string) => samples.filter((line) => line.startsWith(`${name}{`));
  expect(named('berth_host_up')).toEqual([expect.stringMatching(/ 0$/)]);
  expect(named('berth_vnfc_up')).toEqual([]);
  expect(named('berth_vnfc_wanted')).toEqual([expect.stringMatching(new RegExp(`vnfc_id="${vnfcId}".* 1$`))]);
}

/** The automatic start has ended. */
const noneUnderWay = (client: Client, id: string): Promise<true> =>
  soon(
    async () => {
      const all = (await (await client.ask('/vnflcm/v2/vnf_lcm_op_occs')).json()) as readonly Record<string, unknown>[];
      const mine = all.filter((occ) => occ['vnfInstanceId'] === id);
      return mine.every((occ) => ['COMPLETED', 'FAILED'].includes(String(occ['operationState']))) || undefined;
    },
    'an operation goes on',
    hostLimitMs,
  );
