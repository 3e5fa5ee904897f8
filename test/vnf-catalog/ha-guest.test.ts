import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'ha-guest.'));
const program = join(folder, 'ha-guest');
const guest = [
  ...['json', 'reason', 'address', 'files', 'document-checks', 'links', 'routes', 'netlink'],
  ...['vips', 'ha', 'ha-render'],
];
const compiler = spawnSync('gcc', ['--version']).status === 0;
const describeCompiled = compiler ? describe : describe.skip;

beforeAll(() => {
  const sources = ['test/vnf-catalog/ha-guest.c', ...guest.map((name) => `vnf-catalog/guest/${name}.c`)];
  const checks = ['-std=gnu11', '-g', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'];
  if (compiler)
    execFileSync('gcc', [...checks, '-fno-sanitize-recover', '-Ivnf-catalog/guest', '-o', program, ...sources]);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function run(verb: string, vips: unknown, ha?: unknown, ...role: string[]): string {
  const [meta, document] = ['meta.json', 'document.json'].map((name) => join(folder, name)) as [string, string];
  writeFileSync(meta, JSON.stringify(vips === undefined ? {} : { vips }));
  writeFileSync(document, JSON.stringify(ha === undefined ? {} : { ha }));
  const { stdout, stderr } = spawnSync(program, [verb, meta, document, ...role], {
    encoding: 'utf8',
    env: { ASAN_OPTIONS: 'detect_leaks=0' },
  });
  expect(stderr).toBe('');
  return stdout.trimEnd();
}

const vips = { west: ['10.1.0.1/24', 'fd01::1/64'], east: ['10.2.0.1/24'] };
const words = (text: string) => text.split(/\s+/).join(' ');

describeCompiled('a pair that shares addresses', () => {
  it.each([
    ['no shared address', undefined, undefined, 'off'],
    ['none on any link', { west: [] }, undefined, 'off'],
    ['shared addresses', vips, undefined, 'on'],
    [
      'every setting',
      vips,
      { virtualRouterId: 9, advertisementMs: 250, priority: 254, preempt: true, sync: 'east' },
      'on',
    ],
  ])('takes %s', (_, shared, ha, expected) => {
    expect(run('check', shared, ha)).toBe(expected);
  });

  it.each<[unknown, string]>([
    [[], 'meta-data: vips must be an object, not an array'],
    [{ north: ['10.3.0.1/24'] }, 'meta-data: vips: there is no connection point named "north"'],
    [{ west: '10.1.0.1/24' }, 'meta-data: vips.west must be an array, not a string'],
    [{ west: ['10.1.0.1'] }, 'meta-data: vips.west: "10.1.0.1" is not of the form 10.1.0.1/24'],
    [{ west: ['10.1.0.2/24'] }, 'meta-data: vips.west: the address 10.1.0.2/24 is given twice'],
    [{ west: ['10.1.0.1/24'], east: ['10.1.0.1/24'] }, 'meta-data: vips.east: the address 10.1.0.1/24 is given twice'],
    [{ six: ['10.3.0.1/24'] }, 'meta-data: vips.six: six has no IPv4 address of its own'],
    [
      { west: Array.from({ length: 17 }, (_, at) => `10.1.1.${String(at)}/24`) },
      'meta-data: vips.west has 17 entries; 16 are allowed',
    ],
  ])('refuses the shared addresses %j', (shared, reason) => {
    expect(run('check', shared)).toBe(reason);
  });

  it.each<[unknown, string]>([
    [{ password: 'x' }, 'ha has an unknown key "password"'],
    [{ virtualRouterId: 0 }, 'ha.virtualRouterId must be a number from 1 to 255'],
    [{ virtualRouterId: 256 }, 'ha.virtualRouterId must be a number from 1 to 255'],
    [{ advertisementMs: 99 }, 'ha.advertisementMs must be a number from 100 to 10000'],
    [{ advertisementMs: 105 }, 'ha.advertisementMs must be a multiple of 10'],
    [{ priority: 255 }, 'ha.priority must be a number from 1 to 254'],
    [{ preempt: 1 }, 'ha.preempt must be true or false'],
    [{ sync: 'north' }, 'ha.sync: there is no connection point named "north"'],
    [{ sync: 'six' }, 'ha.sync: six has no IPv4 address of its own, which states are sent from'],
    [[], 'ha must be an object, not an array'],
  ])('refuses the settings %j', (ha, reason) => {
    expect(run('check', vips, ha)).toBe(reason);
  });

  it('refuses settings where nothing is shared, and states where none are kept', () => {
    expect(run('check', undefined, {})).toBe('ha: this VNFC shares no address; the day-0 meta-data has no vips');
    expect(run('check', vips, { sync: 'east' }, 'router')).toBe('ha has an unknown key "sync"');
  });

  it('elects on the first link that shares addresses, and moves all of them together', () => {
    const text = words(run('keepalived', vips));
    expect(text).toContain('interface west virtual_router_id 51 priority 100 advert_int 1.00 nopreempt');
    expect(text).toContain('track_interface { west east }');
    expect(text).toContain('virtual_ipaddress { 10.1.0.1/24 dev west }');
    expect(text).toContain('virtual_ipaddress_excluded { fd01::1/64 dev west 10.2.0.1/24 dev east }');
  });

  it('says the settings to keepalived', () => {
    const text = words(run('keepalived', { six: ['fd03::1/64'] }, undefined, 'router'));
    expect(text).toContain('interface six');
    expect(text).toContain('virtual_ipaddress { fd03::1/64 dev six } virtual_ipaddress_excluded { }');
    const set = words(
      run('keepalived', vips, { virtualRouterId: 9, advertisementMs: 250, priority: 7, preempt: true }),
    );
    expect(set).toContain('virtual_router_id 9 priority 7 advert_int 0.25 track_script');
  });

  it('sends states over the link that the document names, from its own address', () => {
    expect(words(run('conntrackd', vips))).toContain('IPv4_interface 10.1.0.2 Interface west');
    expect(words(run('conntrackd', vips, { sync: 'east' }))).toContain('IPv4_interface 10.2.0.2 Interface east');
  });
});
