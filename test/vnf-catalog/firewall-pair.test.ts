import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compileFirewall, hasCompiler } from './firewall-program.js';

const folder = mkdtempSync(join(tmpdir(), 'firewall-pair.'));
const describeCompiled = hasCompiler ? describe : describe.skip;
let program = '';

beforeAll(() => {
  program = compileFirewall(folder);
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const zones = { inside: { interfaces: ['west'] }, outside: { interfaces: ['east'] } };
const source = { name: 'out', from: 'inside', to: 'outside', source: '10.1.0.0/24', masquerade: true };

function run(verb: string, nat: unknown, destination: readonly unknown[] = []): string {
  const path = join(folder, 'document.json');
  writeFileSync(path, JSON.stringify({ zones, rules: [], nat: { source: [nat], destination } }));
  const { stdout, stderr } = spawnSync(program, [verb, path], {
    encoding: 'utf8',
    env: { ASAN_OPTIONS: 'detect_leaks=0' },
  });
  expect(stderr).toBe('');
  return stdout;
}

describeCompiled('the firewall with a peer', () => {
  const lines = (verb: string) =>
    run(verb, source)
      .split('\n')
      .map((line) => line.trim());

  it('lets VRRP and states through on their links only, in and out, and before sources are judged', () => {
    const found = lines('pair').filter((line) => /l4proto 112|224\.0\.0\.50/.test(line));
    const vrrp = '"west" meta l4proto 112 ip daddr 224.0.0.18 ip ttl 255 accept';
    const states = '"west" ip daddr 224.0.0.50 udp dport 3780 accept';
    expect(found).toEqual([
      ...[`iifname ${vrrp}`, `iifname ${states}`, `iifname ${vrrp}`, `iifname ${states}`],
      ...[`oifname ${vrrp}`, `oifname ${states}`],
    ]);
    expect(lines('render').join()).not.toMatch(/l4proto 112|224\.0\.0\.50/);
  });

  it('masquerades as the shared address where there is one of the family', () => {
    const nat = (verb: string) => lines(verb).filter((line) => /snat|masquerade/.test(line));
    const all = 'iifname { "west" } oifname { "east" } meta nfproto ipv4 ip saddr 10.1.0.0-10.1.0.255 masquerade';
    expect(nat('render')).toEqual([all]);
    expect(nat('pair')).toEqual([all]);
    const both = { ...source, source: 'fd01::/64' };
    const text = run('pair', both);
    expect(text).toContain(
      'oifname "east" meta nfproto ipv6 ip6 saddr fd01::-fd01::ffff:ffff:ffff:ffff snat ip6 to fd02::1',
    );
  });

  it('serves a zone with its own servers as the shared address too', () => {
    const server = { name: 'www', from: 'outside', address: '10.2.0.1', protocol: 'tcp', ports: 80, hairpin: true };
    const snat = (verb: string) =>
      run(verb, source, [{ ...server, toAddress: '10.1.0.80' }])
        .split('\n')
        .filter((line) => line.includes('ct status dnat') && line.includes('iifname { "west" }'))
        .map((line) => line.trim());
    const all = 'ct status dnat ip daddr 10.1.0.80 meta l4proto 6 th dport 80';
    const zone = `iifname { "west" } oifname { "west" } ${all} masquerade`;
    expect(snat('render')).toEqual([zone]);
    expect(snat('pair')).toEqual([`iifname { "west" } oifname "west" ${all} snat ip to 10.1.0.1`, zone]);
  });
});
