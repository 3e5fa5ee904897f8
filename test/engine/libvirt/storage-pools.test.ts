import { describe, expect, it } from '@jest/globals';
import { storagePools } from '../../../src/engine/libvirt/storage-pools.js';
import { GiB, MiB } from '../../../src/shared/units.js';

interface Wish {
  readonly type?: string;
  readonly path?: string;
  readonly capacity?: number;
  readonly available?: number;
  readonly source?: string;
}

/** Of a size that no other has, unless the test says one. */
const pool = (name: string, wish: Wish = {}): string => {
  const { type = 'dir', path = `/srv/${name}`, source = '' } = wish;
  const capacity = wish.capacity ?? (100 + name.length) * GiB;
  return `<pool type='${type}'><name>${name}</name><capacity unit='bytes'>${String(capacity)}</capacity>
    <available unit='bytes'>${String(wish.available ?? capacity)}</available>${source}
    ${path === '' ? '' : `<target><path>${path}</path></target>`}</pool>`;
};
const nfs = (server: string, folder: string) =>
  `<source><host name='${server}'/><dir path='${folder}'/><format type='nfs'/></source>`;
const all = (xmls: readonly string[]) => xmls.map((xml) => /<name>(.+?)<\/name>/.exec(xml)?.[1] ?? '');
const read = (xmls: readonly string[], sharedStorage: Readonly<Record<string, string>> = {}) =>
  storagePools(xmls, { pool: 'berth', pools: all(xmls), sharedStorage });
const rooms = (xmls: readonly string[], sharedStorage?: Readonly<Record<string, string>>) =>
  Object.fromEntries(read(xmls, sharedStorage).map(({ name, storage }) => [name, storage?.name]));

describe('storage pools of a host', () => {
  it.each([
    'logical',
    'zfs',
    'scsi',
    'iscsi',
    'iscsi-direct',
    'disk',
    'mpath',
    'rbd',
    'gluster',
    'sheepdog',
    'vstorage',
  ])('of type %s hold no image files, whatever their path and room', (type) => {
    expect(read([pool('fine'), pool('other one', { type, path: '/dev/x' })]).map(({ name }) => name)).toEqual(['fine']);
  });

  it.each(['dir', 'fs', 'netfs'])('of type %s hold image files', (type) => {
    expect(read([pool('some', { type })]).map(({ name }) => name)).toEqual(['some']);
  });

  it('are used when Berth made them or the configuration names them', () => {
    const xmls = [pool('berth'), pool('default'), pool('named pool')];
    const used = storagePools(xmls, { pool: 'berth', pools: ['named pool', 'missing'] });
    expect(used.map(({ name, unusedBecause }) => [name, unusedBecause])).toEqual([
      ['berth', undefined],
      ['default', 'the configuration does not name it (pools of the host)'],
      ['named pool', undefined],
    ]);
  });

  it('share their room when one lies below the other on a file system of one size', () => {
    const images = { path: '/var/lib/libvirt/images', capacity: 100 * GiB, available: 80 * GiB };
    const below = { path: '/var/lib/libvirt/images/berth', capacity: 100 * GiB, available: 70 * GiB };
    expect(rooms([pool('berth', below), pool('default', images)])).toEqual({
      berth: 'pool berth',
      default: 'pool berth',
    });
    expect(rooms([pool('berth', { ...below, capacity: 900 * GiB }), pool('default', images)])).toEqual({
      berth: undefined,
      default: undefined,
    });
  });

  it('share their room when their numbers are those of one file system, looked at one after the other', () => {
    const of = (available: number) => ({ capacity: 100 * GiB, available });
    const together = { a: 'pool a', b: 'pool a' };
    expect(rooms([pool('a', of(50 * GiB)), pool('b', of(50 * GiB - 200 * MiB))])).toEqual(together);
    expect(rooms([pool('a', of(50 * GiB)), pool('b', of(49 * GiB))])).toEqual({ a: undefined, b: undefined });
  });

  it('share their room as data sets of one ZFS pool, whose capacities differ', () => {
    const [a, b] = [pool('a', { capacity: 60 * GiB, available: 50 * GiB }), pool('b', { available: 50 * GiB })];
    expect(rooms([a, b])).toEqual({ a: 'pool a', b: 'pool a' });
  });

  it('share the room of one mounted device, and chains of them are one', () => {
    const source = "<source><device path='/dev/sdb1'/></source>";
    const xmls = [
      pool('a', { type: 'fs', source, capacity: 10 * GiB, available: 9 * GiB }),
      pool('b', { type: 'fs', source, capacity: 10 * GiB, available: 5 * GiB }),
      pool('c', { capacity: 10 * GiB, available: 5 * GiB }),
    ];
    expect(rooms(xmls)).toEqual({ a: 'pool a', b: 'pool a', c: 'pool a' });
  });

  it('on a network share are shared with other hosts, and named by the share', () => {
    const [first] = read([pool('images', { type: 'netfs', source: nfs('nas', '/export/vm') })]);
    expect(first?.storage).toEqual({ name: 'nas:/export/vm', acrossHosts: true });
  });

  it.each([
    ['nas', '/export/vm/', 'nas:/export/vm'],
    ['NAS', '//export//vm', 'nas:/export/vm'],
    ['nas.example.', '/export/vm', 'nas.example:/export/vm'],
    ['fd00:0:0::1', '/', 'fd00::1:/'],
    ['[fd00::1]', '/vm', 'fd00::1:/vm'],
  ])('on a network share have one name for it, however each host spells it: %s %s', (server, folder, name) => {
    const [first] = read([pool('images', { type: 'netfs', source: nfs(server, folder) })]);
    expect(first?.storage?.name).toBe(name);
  });

  it('are on shared storage when the operator says so, and apart when he says that', () => {
    const alike = { capacity: 10 * GiB, available: 9 * GiB };
    expect(read([pool('a')], { a: 'nas1' })[0]?.storage).toEqual({ name: 'nas1', acrossHosts: true });
    expect(rooms([pool('a', alike), pool('b', alike)], { a: 'x', b: 'y' })).toEqual({ a: 'x', b: 'y' });
  });
});
