import { describe, expect, it } from '@jest/globals';
import { isOfCards, refusalOf } from '../../../src/engine/libvirt/device-events.js';

const known = [{ netdev: 'lan.0', mac: '02:00:00:00:01:00' }, { netdev: 'ens1f0' }, { vfMac: '0e:11:22:33:44:55' }];

describe('an event of a device', () => {
  it.each([
    'pci_0000_01_10_0',
    'net_ens1f0_02_00_00_00_01_00',
    'net_enp6s0f0v2_0e_11_22_33_44_56',
    'net_eth3_02_00_00_00_00_09',
    'net_lan_0_02_00_00_00_01_00',
    'net_lan_0v3_0e_00_00_00_00_01',
    'net_renamed_0e_11_22_33_44_55',
  ])('is of a card: %s', (name) => {
    expect(isOfCards(name, known)).toBe(true);
  });

  it.each([
    'net_cali1234abcd_ee_ee_ee_ee_ee_ee',
    'net_veth9f2c_1a_2b_3c_4d_5e_6f',
    'net_lxc4711_1a_2b_3c_4d_5e_6f',
    'net_cni0_1a_2b_3c_4d_5e_6f',
    'net_docker0_02_42_ac_11_00_01',
    'net_br_enp3_1a_2b_3c_4d_5e_6f',
    'net_vnet7_fe_54_00_00_00_07',
    'net_tap0_1a_2b_3c_4d_5e_6f',
    'net_bond0_1a_2b_3c_4d_5e_6f',
    'block_sda_1',
    'usb_1_1',
    'scsi_host12',
    '',
  ])('is of no card: %s', (name) => {
    expect(isOfCards(name, known)).toBe(false);
  });
});

describe('a host that refuses to tell of its devices', () => {
  it('says why, and is told from one that does', () => {
    const refused = refusalOf(() => {
      throw new Error("Failed to connect socket to '/run/libvirt/virtnodedevd-sock'");
    });
    expect(refused).toContain('virtnodedevd-sock');
    expect(refusalOf(() => 1)).toBeUndefined();
    expect(refusalOf(() => undefined)).toBeUndefined();
  });
});
