/**
 * The firewall's package by the whole Berth on QEMU: nothing passes without rules, rules open and close while it runs, and
 * what it refuses leaves the old rules in force.
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { bodyOf } from '../api/door.js';
import { createInstance, instances } from '../flow/router.js';
import { accepted, expectCompleted, expectForwarded, operate, rested, terminate } from './berth-life.js';
import { startWorld, type World } from './berth-world.js';
import { describeUnless } from './environment.js';
import { vnfPackage } from './vnf-package.js';

jest.setTimeout(300_000);

const firewall = vnfPackage('firewall');

const link = (cpd: string, bridge: string, net: string) => {
  const ipAddresses = [{ type: 'IPV4', fixedAddresses: [`${net}.10`], subnetId: `${net}.0/24` }];
  const cpProtocolData = [{ layerProtocol: 'IP_OVER_ETHERNET', ipOverEthernet: { ipAddresses } }];
  return { id: cpd, resourceId: bridge, extCps: [{ cpdId: cpd, cpConfig: { [cpd]: { cpProtocolData } } }] };
};
const request = {
  flavourId: 'simple',
  extVirtualLinks: [link('inside', 'berth-west', '10.1.0'), link('outside', 'berth-east', '10.2.0')],
};

const document = (action: string) => ({
  zones: { inside: { interfaces: ['inside'] }, outside: { interfaces: ['outside'] } },
  rules: [{ name: 'ping', from: 'inside', to: 'outside', protocol: 'icmp', icmpTypes: ['echo-request'], action }],
});

describeUnless(firewall.missing, 'The firewall by the whole Berth', () => {
  let world: World;
  let id = '';

  const configure = async (content: string) => {
    const response = await world
      .berth()
      .send(
        'PATCH',
        `${instances}/${id}`,
        { vnfConfigurableProperties: { firewall_config: content } },
        { 'content-type': 'application/merge-patch+json' },
      );
    return rested(world.berth(), await accepted(response));
  };

  beforeAll(async () => {
    world = await startWorld({ router: firewall, pages: 192 });
    id = await createInstance(world.berth(), world.vnfdId);
    expectCompleted(await operate(world.berth(), id, 'instantiate', request));
  });
  afterAll(async () => {
    if (id !== '') await terminate(world, id);
    await world.end();
  });

  test('lets nothing pass without rules', async () => {
    expect(await world.hosts.ping(5)).toMatchObject({ received: 0 });
  });

  describe('with a rule that accepts pings', () => {
    beforeAll(async () => {
      expectCompleted(await configure(JSON.stringify(document('accept'))));
    });

    test('lets them pass, one off their TTL', async () => {
      expectForwarded(await world.hosts.ping(20));
    });

    test.each([
      [
        'a zone that is not there',
        JSON.stringify({ ...document('accept'), rules: [{ ...document('accept').rules[0], from: 'dmz' }] }),
        'dmz',
      ],
      ['an unknown key', JSON.stringify({ ...document('accept'), rulez: [] }), 'rulez'],
      ['what is not JSON', '{"zones":', 'JSON'],
    ])('refuses %s in the guest’s own words, and lets pings pass as before', async (_what, content, named) => {
      const occ = await configure(content);
      expect(occ).toMatchObject({ operationState: 'FAILED_TEMP' });
      expect(JSON.stringify(occ['error'])).toContain(named);
      expectForwarded(await world.hosts.ping(10));
      await world.berth().ask(`/vnflcm/v2/vnf_lcm_op_occs/${String(occ['id'])}/fail`, { method: 'POST' });
      expect(await bodyOf(await world.berth().ask(`${instances}/${id}`))).toMatchObject({
        vnfConfigurableProperties: { firewall_config: JSON.stringify(document('accept')) },
      });
    });

    test('lets none pass once the rule drops them', async () => {
      expectCompleted(await configure(JSON.stringify(document('drop'))));
      expect(await world.hosts.ping(5)).toMatchObject({ received: 0 });
    });
  });
});
