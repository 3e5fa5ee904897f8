import { describe, expect, test } from '@jest/globals';
import { linkNames } from '../../src/day0/link-names.js';
import { day0Volume, noCloudFiles, type Day0 } from '../../src/day0/nocloud.js';
import { readIso } from './read-iso.js';

const day0: Day0 = {
  instanceId: 'i-1',
  hostname: 'edge-router-0',
  ethernets: [
    {
      cpdId: 'West',
      mac: '52:54:00:AB:CD:EF',
      addresses: ['10.1.0.1/24', 'fd00::1/64'],
      mtu: 1400,
      routes: [{ to: '10.3.0.0/16', via: '10.1.0.254' }],
    },
    { cpdId: 'bare', mac: '52:54:00:00:00:02', addresses: [], routes: [] },
  ],
  userData: '#cloud-config\nruncmd: ["ü"]\n',
};

const contentOf = (name: string): string =>
  new TextDecoder().decode(noCloudFiles(day0).find((file) => file.name === name)?.content);

describe('NoCloud', () => {
  test('names the instance and the host', () => {
    expect(JSON.parse(contentOf('meta-data'))).toEqual({ 'instance-id': 'i-1', 'local-hostname': 'edge-router-0' });
  });

  test('tells virtual addresses by the name of their link', () => {
    const ethernets = [{ cpdId: 'West 1', mac: '52:54:00:00:00:01', addresses: [], vips: ['10.1.0.1/24'] }];
    const [meta] = noCloudFiles({ ...day0, ethernets });
    expect(JSON.parse(new TextDecoder().decode(meta?.content))).toMatchObject({ vips: { 'west-1': ['10.1.0.1/24'] } });
  });

  test('describes links in netplan version 2, and leaves out what is not known', () => {
    expect(JSON.parse(contentOf('network-config'))).toEqual({
      version: 2,
      ethernets: {
        West: {
          match: { macaddress: '52:54:00:ab:cd:ef' },
          'set-name': 'west',
          addresses: ['10.1.0.1/24', 'fd00::1/64'],
          mtu: 1400,
          routes: [{ to: '10.3.0.0/16', via: '10.1.0.254' }],
        },
        bare: { match: { macaddress: '52:54:00:00:00:02' }, 'set-name': 'bare' },
      },
    });
  });

  test('hands the user data over byte for byte', () => {
    expect(contentOf('user-data')).toBe(day0.userData);
  });

  test('is a volume labelled cidata with exactly these three files', () => {
    const { label, files } = readIso(day0Volume(day0), 'joliet');
    expect(label).toBe('cidata');
    expect([...files.keys()]).toEqual(['meta-data;1', 'network-config;1', 'user-data;1']);
    expect(new TextDecoder().decode(files.get('user-data;1'))).toBe(day0.userData);
  });
});

describe('linkNames', () => {
  test.each([
    [
      ['west', 'East'],
      ['west', 'east'],
    ],
    [['a-very-long-connection-point'], ['a-very-long-con']],
    [
      ['management-plane-a', 'management-plane-b'],
      ['management-plan', 'management-pl-2'],
    ],
    [
      ['eth 0/1:2', 'é.x', ''],
      ['eth-0-1-2', '--x', 'link'],
    ],
    [
      ['lo', 'all', 'default', '0', '1'],
      ['lo-2', 'all-2', 'default-2', 'link0', 'link1'],
    ],
    [
      ['same', 'SAME', 'Same'],
      ['same', 'same-2', 'same-3'],
    ],
  ])('calls %j %j', (ids, names) => {
    expect(linkNames(ids)).toEqual(names);
  });
});
