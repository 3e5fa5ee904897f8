/** Cards whose buses were renumbered between the plan and the step: the function counts, not the address of before. */
import { beforeEach, expect, test } from '@jest/globals';
import { domainXml } from '../../../src/libvirt-xml/domain.js';
import { readDomain } from '../../../src/libvirt-xml/read-domain.js';
import type { SimulatedEngine } from '../../../src/engine/simulated/simulated-engine.js';
import type { Vnfc } from '../../../src/lifecycle/model.js';
import { hostId } from '../../../src/shared/ids.js';
import { attachCard, detachCard } from '../../../src/workflow/steps/cards.js';
import type { StepContext } from '../../../src/workflow/steps/handler.js';
import { vnfc } from '../../builders/vnfc.js';
import { domain, macOf, started, uuidOf } from '../../engine-simulated/bench.js';

const uuid = uuidOf(1);
const mac = macOf(1);
const [planned, now] = ['0000:3b:01.1', '0000:3c:01.1'];
const sourceAt = (address: string) => {
  const [, bus = '', slot = '', fn = ''] = /:(..):(..)\.(.)/.exec(address) ?? [];
  return `<source><address type='pci' domain='0x0000' bus='0x${bus}' slot='0x${slot}' function='0x${fn}'/></source>`;
};
const cardAt = (address: string) =>
  `<interface type='hostdev' managed='yes'><mac address='${mac}'/>${sourceAt(address)}</interface>`;
const stepWith = (card: string) => ({ hostId: hostId('sim-1'), vnfcId: uuid, cpdId: 'west', card, unplugMs: 1000 });
const step = stepWith(cardAt(planned));

let engine: SimulatedEngine;
let asked: string[] = [];
beforeEach(async () => {
  ({ engine } = await started());
  asked = [];
  await engine.ensureDomain(domainXml(domain(1)));
});

const withFunctionAt = (address: string): Vnfc => {
  const before = vnfc({ id: uuid });
  return { ...before, placement: { ...before.placement, pciFunctions: [{ cpdId: 'west', address }] } };
};

/** The function is at this address since the host was read again. */
const context = (address: string) =>
  ({
    engine: () => engine,
    wait: { duringAlone: (_name: string, work: (spentMs: number) => Promise<unknown>) => work(0) },
    withFunctionsNow: (_id: string, which = 'after') => {
      asked.push(which);
      return Promise.resolve(withFunctionAt(address));
    },
  }) as unknown as StepContext;

const functions = async () => readDomain(await engine.domainXml(uuid)).hostFunctions;

test('a card is plugged where its function is, as it is to be, and in a rollback as it was', async () => {
  await attachCard.run(step, context(now));
  expect(await functions()).toEqual([now]);
  await engine.removeCard(uuid, cardAt(now), 0);
  await detachCard.undo(step, context(now));
  expect(await functions()).toEqual([now]);
  expect(asked).toEqual(['after', 'before']);
});

test('one that was plugged at the address of before goes over to that of today', async () => {
  await engine.ensureCard(uuid, cardAt(planned));
  await attachCard.run(step, context(now));
  expect(await functions()).toEqual([now]);
});

test.each([planned, now])('one that is plugged at %s is taken out by a rollback', async (address) => {
  await engine.ensureCard(uuid, cardAt(address));
  await attachCard.undo(step, context(now));
  expect(await functions()).toEqual([]);
});

test('one whose function is not on the host is refused with what to do, and nothing is plugged', async () => {
  const gone = context('0c:42:a1:00:00:01/vf1');
  await expect(attachCard.run(step, gone)).rejects.toThrow(/0c:42:a1:00:00:01\/vf1 .* put its card back and retry/);
  expect(await functions()).toEqual([]);
});

test('a virtio card needs no reading of the host', async () => {
  const [network] = await engine.listNetworks();
  const card = `<interface type='network'><mac address='${mac}'/><source network='${network?.name ?? ''}'/></interface>`;
  await attachCard.run(stepWith(card), context(now));
  expect(readDomain(await engine.domainXml(uuid)).interfaces.map((one) => one.mac)).toEqual([mac]);
  expect(asked).toEqual([]);
});

test('a domain that somebody undefined is told of, and is no failure', async () => {
  await engine.removeDomain(uuid);
  for (const handler of [attachCard, detachCard]) {
    const told = await handler.run(step, context(planned));
    expect(told).toEqual({ warning: expect.stringContaining('has no domain on its host') });
  }
});
