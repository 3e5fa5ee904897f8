/** Ports, keys of parts, what is missing, records: what a lab decides before it does anything. */
import { describe, expect, test } from '@jest/globals';
import { berthConfiguration, tcpUri, tlsUri } from '../../src/lab/berth-configuration.js';
import { mirrorIn } from '../../src/lab/build.js';
import { namesOf } from '../../src/lab/cache.js';
import { knownHostsText } from '../../src/lab/host-shell.js';
import { functionsCommand } from '../../src/lab/lab.js';
import { availableMiB } from '../../src/lab/machine-facts.js';
import { placesIn, placesOf } from '../../src/lab/places.js';
import { hostCount, portPlan, portsWanted, wireCount } from '../../src/lab/ports.js';
import { partKeys } from '../../src/lab/recipe.js';
import { recordIn } from '../../src/lab/record.js';
import { packagesOf, whatIsMissing, type MachineFacts } from '../../src/lab/requirements.js';
import { hostShape, physicalNetworks } from '../../src/lab/shape.js';

const ports = { ssh: 4001, libvirtTcp: 4002, libvirtTls: 4003 };

describe('ports', () => {
  test('each host takes three, and each wire between hosts one', () => {
    expect(portsWanted(2, 2)).toEqual({ tcp: 6, udp: 2 });
    expect(portsWanted(1, 2)).toEqual({ tcp: 3, udp: 0 });
    expect(portPlan(2, [1, 2, 3, 4, 5, 6], [7, 8])).toEqual({
      hosts: [
        { ssh: 1, libvirtTcp: 2, libvirtTls: 3 },
        { ssh: 4, libvirtTcp: 5, libvirtTls: 6 },
      ],
      wires: [7, 8],
    });
  });

  test('too few are a fault', () => expect(() => portPlan(2, [1, 2, 3, 4, 5], [])).toThrow('5 free ports are too few'));

  test.each(['0', '5', '1.5', '-1', 'two', ''])('%j is no number of hosts', (text) =>
    expect(() => hostCount(text)).toThrow('A lab has 1 to 4 hosts'),
  );
  test('2 is', () => expect(hostCount('2')).toBe(2));

  test.each(['0', '3', 'x'])('%j is no number of wires', (text) =>
    expect(() => wireCount(text)).toThrow('1 to 2 wires'),
  );
  test('on one wire all cards are of one network', () =>
    expect(physicalNetworks(1)).toEqual({ physnet0: ['0000:41:00.0', '0000:81:00.0'] }));
});

describe('what a machine lacks', () => {
  const facts: MachineFacts = {
    platform: 'linux',
    architecture: 'x64',
    isRoot: true,
    availableMemoryMiB: 20_000,
    freeDiskMiB: 20_000,
    missingPrograms: [],
  };
  const wish = { hosts: 1, build: true, folder: '/lab' };

  test('nothing, where everything is there', () => expect(whatIsMissing(facts, wish)).toEqual([]));

  test.each<[string, Partial<MachineFacts>, RegExp]>([
    ['another system', { platform: 'darwin', architecture: 'arm64' }, /Linux on x86-64, and this is darwin on arm64/],
    ['root', { isRoot: false }, /needs root.*--cache FILE/],
    ['memory', { availableMemoryMiB: 8000 }, /A host needs 8\.0 GiB of free memory, and 7\.8 GiB are free/],
    ['disk', { freeDiskMiB: 1000 }, /\/lab needs 6\.0 GiB of free disk, and has 1\.0 GiB.*BERTH_LAB_DIR/],
    ['programs', { missingPrograms: ['mke2fs', 'ssh', 'ssh-keygen'] }, /apt-get install .* e2fsprogs openssh-client$/],
  ])('%s is said with the way to get it', (_, lack, sentence) => {
    const missing = whatIsMissing({ ...facts, ...lack }, wish);
    expect(missing).toEqual([expect.stringMatching(sentence)]);
  });

  test('without a build neither root nor so much disk is needed', () => {
    expect(whatIsMissing({ ...facts, isRoot: false, freeDiskMiB: 3000 }, { ...wish, build: false })).toEqual([]);
  });

  test('more hosts need more memory', () => {
    expect(whatIsMissing({ ...facts, availableMemoryMiB: 11_000 }, { ...wish, hosts: 2 })).toEqual([
      expect.stringContaining('12.0 GiB'),
    ]);
  });

  test('packages are named once each', () =>
    expect(packagesOf(['ssh-keygen', 'zstd', 'ssh'])).toEqual(['openssh-client', 'zstd']));
});

test('available memory is what the kernel says', () => {
  expect(availableMiB('MemTotal: 100 kB\nMemFree: 1 kB\nMemAvailable:   2097152 kB\n')).toBe(2048);
  expect(() => availableMiB('MemTotal: 100 kB\n')).toThrow('MemAvailable');
});

describe('keys of parts', () => {
  const files = new Map([
    ['README.md', Buffer.from('what it is')],
    ['host-tree.sh', Buffer.from('a tree')],
    ['overlay/etc/fstab', Buffer.from('a disk')],
    ['qemu.sh', Buffer.from('a QEMU')],
  ]);
  const keys = partKeys({ files });
  const changed = (path: string) => partKeys({ files: new Map([...files, [path, Buffer.from('another')]]) });

  test('follow the files that a part is made of, and no others', () => {
    expect(changed('README.md')).toEqual(keys);
    expect(changed('qemu.sh')).toEqual({ image: keys.image, qemu: expect.not.stringMatching(keys.qemu) });
    expect(changed('overlay/etc/fstab')).toEqual({ qemu: keys.qemu, image: expect.not.stringMatching(keys.image) });
  });

  test('a frozen host is of one image, one QEMU and one host', () => {
    const [first, second] = namesOf(keys, 2).frozen;
    const ofOther = ['qemu.sh', 'host-tree.sh'].map((path) => namesOf(changed(path), 1).frozen[0]);
    const names = [first, second, ...ofOther];
    expect(first).toMatch(/^frozen-lab0-[0-9a-f]{16}$/);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('places', () => {
  const home = () => '/home/op';
  test.each([
    [{}, '/home/op/.local/state/berth/lab', '/home/op/.cache/berth/lab'],
    [{ XDG_CACHE_HOME: '/var/cache', XDG_STATE_HOME: '/var/lib' }, '/var/lib/berth/lab', '/var/cache/berth/lab'],
    [{ XDG_CACHE_HOME: '/x', BERTH_LAB_DIR: '/srv/lab', BERTH_LAB_CACHE: '/srv/parts' }, '/srv/lab', '/srv/parts'],
  ])('%j gives %s and %s', (environment, top, parts) =>
    expect(placesOf({ environment, home })).toMatchObject({ top, parts }),
  );

  test('a path that is too long for sockets is refused', () =>
    expect(() => placesIn(`/${'x'.repeat(80)}`, '/parts')).toThrow('set BERTH_LAB_DIR'));
});

describe('the configuration of Berth', () => {
  const pki = '/home/my lab/client';

  test('has each host over TLS, with the wire of each card', () => {
    const { hosts } = berthConfiguration([{ shape: hostShape(1), ports }], 2, pki);
    expect(hosts).toEqual([
      expect.objectContaining({
        id: 'lab1',
        uri: 'qemu+tls://127.0.0.1:4003/system?pkipath=/home/my%20lab/client',
        physicalNetworks: { physnet0: ['0000:41:00.0'], physnet1: ['0000:81:00.0'] },
        reserved: { sharedCpus: [0, 1, 6, 7], memoryMiBPerCell: [512, 512] },
      }),
    ]);
  });

  test('URIs name the ports of the host', () => {
    expect(tcpUri(ports)).toBe('qemu+tcp://127.0.0.1:4002/system');
    expect(new URL(tlsUri(ports, pki)).searchParams.get('pkipath')).toBe(pki);
  });
});

describe('records', () => {
  const host = { index: 0, ports, frozen: 'frozen-lab0-1' };
  const record = {
    parts: { qemu: 'q', image: 'i' },
    hosts: [host],
    wires: 1,
    wirePorts: [],
    upSince: '2026-01-31T12:00:00Z',
  };

  test('are read as they were written', () => expect(recordIn({ version: 2, ...record })).toEqual(record));

  test.each([
    ['of another version', { version: 1, ...record }],
    ['without hosts', { version: 2, ...record, hosts: undefined }],
    ['with a host without ports', { version: 2, ...record, hosts: [{ ...host, ports: { ssh: 1 } }] }],
    ['with other wires', { version: 2, ...record, wirePorts: ['x'] }],
    ['of no lab', 'text'],
  ])('%s are none', (_, said) => expect(recordIn(said)).toBeUndefined());
});

describe('mirrors', () => {
  test.each([
    ['deb822', 'Types: deb\n# URIs: http://x/debian\nURIs: http://m.example/debian\nSuites: bookworm\n'],
    ['one line', 'deb [signed-by=/k.gpg] http://m.example/debian bookworm main\n'],
    ['beside others', 'deb http://m.example/debian-security x main\ndeb http://m.example/debian bookworm main\n'],
  ])('of sources in %s', (_, text) => expect(mirrorIn(text)).toBe('http://m.example/debian'));
  test('none where Debian is not', () =>
    expect(mirrorIn('URIs: https://deb.nodesource.com/node_20.x\n')).toBeUndefined());
});

test('functions are made on every card, after it is up', () => {
  expect(
    functionsCommand(7).match(/echo 7 > \/sys\/bus\/pci\/devices\/0000:(41|81):00\.0\/sriov_numvfs/g),
  ).toHaveLength(2);
  expect(functionsCommand(7)).toMatch(/up; echo 7/);
});

test('the host key of the image stands for every port', () => {
  expect(knownHostsText([1, 2], 'ssh-ed25519 AAAA root@build\n')).toBe(
    '[127.0.0.1]:1 ssh-ed25519 AAAA\n[127.0.0.1]:2 ssh-ed25519 AAAA\n',
  );
});
