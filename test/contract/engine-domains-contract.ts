/** Contract of domains: definition, life, events, counters. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DomainWhereabouts } from '../../src/engine/engine.js';
import { vnfcId } from '../../src/shared/ids.js';
import { eventually, failureOf, type Use } from './engine-contract.js';

const uuid = vnfcId('11111111-2222-4333-8444-00000000c0de');
const other = vnfcId('11111111-2222-4333-8444-00000000c0df');
const name = 'berth-contract-0';

export function engineDomainsContract(use: Use): void {
  const { engine, bench } = use;
  const xml = (changed: Partial<Parameters<typeof bench.domainXml>[0]> = {}) =>
    bench.domainXml({ uuid, name, ...changed });
  beforeEach(async () => {
    await engine().removeDomain(uuid);
    await engine().removeDomain(other);
  });

  definitionContract(use, xml);
  lifeContract(use, xml);
}

type Xml = (changed?: { readonly uuid?: typeof uuid; readonly name?: string }) => string;

function definitionContract({ engine }: Use, xml: Xml): void {
  const listed = async () => (await engine().listDomains()).filter((one) => [uuid, other].includes(one.uuid));

  describe('defining a domain', () => {
    it('makes one that does not run, once', async () => {
      expect(await engine().ensureDomain(xml())).toMatchObject({ uuid, name, state: 'shutoff' });
      await engine().ensureDomain(xml());
      expect((await listed()).map((one) => [one.uuid, one.state])).toEqual([[uuid, 'shutoff']]);
      expect(await engine().domain(uuid)).toMatchObject({ uuid, name });
      expect(await engine().domainXml(uuid)).toContain(uuid);
    });

    it('is a conflict when another domain has the name', async () => {
      await engine().ensureDomain(xml());
      expect(await failureOf(engine().ensureDomain(xml({ uuid: other })))).toBe('Conflict');
      expect(await listed()).toHaveLength(1);
    });

    it('never renames a domain in passing', async () => {
      await engine().ensureDomain(xml());
      expect(await failureOf(engine().ensureDomain(xml({ name: 'berth-contract-1' })))).toBe('Rejected');
      expect((await engine().domain(uuid)).name).toBe(name);
    });

    it.each([
      ['is not XML', 'not XML'],
      ['is cut short', '<domain type="kvm"><name>x'],
      ['is no domain', '<network><name>x</name></network>'],
    ])('is rejected when the text %s', async (_what, text) => {
      expect(await failureOf(engine().ensureDomain(text))).toBe('Rejected');
    });

    it('leaves a running domain running', async () => {
      await engine().ensureDomain(xml());
      await engine().ensureStarted(uuid);
      expect((await engine().ensureDomain(xml())).state).toBe('running');
    });
  });

  describe('a domain that is not there', () => {
    it('is NotFound to all that need it, and removed already', async () => {
      expect(await failureOf(engine().domain(uuid))).toBe('NotFound');
      expect(await failureOf(engine().domainXml(uuid))).toBe('NotFound');
      expect(await failureOf(engine().ensureStarted(uuid))).toBe('NotFound');
      expect(await failureOf(engine().ensureStopped(uuid, 0))).toBe('NotFound');
      await engine().removeDomain(uuid);
    });
  });
}

function lifeContract({ engine, events, itWith }: Use, xml: Xml): void {
  describe('a domain', () => {
    beforeEach(async () => {
      await engine().ensureDomain(xml());
    });

    it('runs once started, however often that is asked for', async () => {
      expect(await engine().ensureStarted(uuid)).toMatchObject({ state: 'running', reason: 'booted' });
      expect(await engine().ensureStarted(uuid)).toMatchObject({ state: 'running' });
      expect((await engine().domain(uuid)).state).toBe('running');
    });

    it('is destroyed at once when no time is given, and stays defined', async () => {
      await engine().ensureStarted(uuid);
      expect(await engine().ensureStopped(uuid, 0)).toMatchObject({ state: 'shutoff', reason: 'destroyed' });
      expect(await engine().ensureStopped(uuid, 0)).toMatchObject({ state: 'shutoff' });
      expect((await engine().ensureStarted(uuid)).state).toBe('running');
    });

    it('is gone when removed, running or not', async () => {
      await engine().ensureStarted(uuid);
      await engine().removeDomain(uuid);
      expect(await failureOf(engine().domain(uuid))).toBe('NotFound');
    });

    it('tells when it starts and stops', async () => {
      await engine().ensureStarted(uuid);
      await engine().ensureStopped(uuid, 0);
      const heard = (event: string) =>
        events().find((one) => one.type === 'domain' && one.uuid === uuid && one.event === event);
      expect(await eventually(() => heard('started'))).toMatchObject({ state: 'running', hostId: engine().hostId });
      expect(await eventually(() => heard('stopped'))).toMatchObject({ state: 'shutoff', detail: 'destroyed' });
    });

    it('is heard of no more by whoever has unsubscribed', async () => {
      const heard: unknown[] = [];
      engine().onEvent((event) => heard.push(event))();
      await engine().ensureStarted(uuid);
      await eventually(() => events().find((one) => one.type === 'domain' && one.event === 'started'));
      expect(heard).toEqual([]);
    });

    itWith('counters')('is counted while it runs', async () => {
      await engine().ensureStarted(uuid);
      const stats = (await engine().stats()).find((one) => one.uuid === uuid);
      expect(stats).toMatchObject({ name, state: 'running' });
      expect(stats?.memoryBytes).toBeGreaterThan(0);
    });

    it('has its vCPUs somewhere while it runs', async () => {
      const found = async () => (await engine().whereabouts()).find((one) => one.uuid === uuid);
      expect(await found()).toBeUndefined();
      await engine().ensureStarted(uuid);
      const [vcpu, ...others] = (await found())?.vcpus ?? [];
      expect(vcpu?.index).toBe(0);
      expect(vcpu?.hostCpus.length).toBeGreaterThan(0);
      expect(others).toEqual([]);
    });

    it('is asked for alone where it is', async () => {
      expect(await engine().whereabouts(uuid)).toEqual([]);
      await engine().ensureStarted(uuid);
      // What is resident grows while it starts.
      const steady = ({ memory, ...others }: DomainWhereabouts) => ({ ...others, tellsMemory: memory !== undefined });
      const ofAll = (await engine().whereabouts()).filter((one) => one.uuid === uuid);
      expect(ofAll).toHaveLength(1);
      expect((await engine().whereabouts(uuid)).map(steady)).toEqual(ofAll.map(steady));
      expect(await engine().whereabouts(vnfcId('00000000-0000-4000-8000-0000000000ff'))).toEqual([]);
    });
  });
}
