/** What the firewall's ruleset does with whole connections: those that a helper expects, and those that are offloaded. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FirewallProgram, hasCompiler } from './firewall-program.js';

const folder = mkdtempSync(join(tmpdir(), 'firewall-connections.'));
const describeCompiled = hasCompiler ? describe : describe.skip;
const firewall = new FirewallProgram(folder);

beforeAll(() => {
  firewall.compile();
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const zones = { inside: { interfaces: ['west'] }, outside: { interfaces: ['east'] } };
const web = { name: 'web', from: 'inside', to: 'outside', protocol: 'tcp', destinationPorts: [80], action: 'accept' };
const rules = (...changes: object[]) => ({
  zones,
  rules: changes.map((change, at) => ({ ...web, name: `r${String(at)}`, ...change })),
});

describeCompiled('helpers and offload', () => {
  it.each<[unknown, string]>([
    [{ helpers: ['sip'] }, 'helpers: "sip" is no helper of this firewall; there are ftp and tftp'],
    [{ helpers: ['ftp', 'ftp'] }, 'helpers names ftp twice'],
    [rules({ helper: 'ftp' }), 'rules[0].helper: helpers does not name ftp'],
    [{ ...rules({ helper: 'ftp', protocol: 'udp' }), helpers: ['ftp'] }, 'rules[0].helper: ftp needs the protocol tcp'],
    [{ ...rules({ helper: 'ftp', action: 'drop' }), helpers: ['ftp'] }, 'rules[0].helper needs the action accept'],
  ])('refuses %j', (content, reason) => {
    expect(firewall.check(content)).toBe(reason);
  });

  it('accepts what a helper expects from both ends of its rule, without its ports', () => {
    const ftp = { source: '10.1.0.0/24', destination: '10.2.0.9', destinationPorts: [21], helper: 'ftp' };
    const lines = firewall.rendered({ ...rules(ftp), helpers: ['ftp'] });
    expect(
      lines.filter((line) => line.includes('r/inside/outside/r0" ct mark')).map((line) => line.split(' counter')[0]),
    ).toEqual([
      'meta l4proto 6 ct original ip saddr 10.1.0.0-10.1.0.255 ct reply ip saddr 10.2.0.9 ct reply proto-src 21 ct helper set "h/ftp"',
      'ct status expected meta l4proto 6 ct original ip saddr 10.1.0.0-10.1.0.255 ct reply ip saddr 10.2.0.9 ct reply proto-src 1024-65535',
      'ct status expected meta l4proto 6 ct original ip saddr 10.2.0.9 ct reply ip saddr 10.1.0.0-10.1.0.255 ct reply proto-src 1024-65535',
    ]);
    expect(firewall.render(rules({ destinationPorts: [21] }))).not.toMatch(/helper|expected/);
  });

  it('offloads flows of rules that neither limit nor count nor depend on the time, between zones', () => {
    const offloaded = (content: object) =>
      (/map offloaded \{(.*?)\n {2}\}/s.exec(firewall.render({ offload: true, ...content }))?.[1] ?? '').match(
        /r\/[^"]*/g,
      ) ?? [];
    const ports = (port: number) => ({ destinationPorts: [port] });
    const limited = [
      { ...ports(81), rateLimit: { packetsPerSecond: 5 } },
      { ...ports(82), rateLimit: { connectionsPerSecond: 5 } },
      { ...ports(83), connectionLimit: { total: 5 } },
      { ...ports(84), helper: 'ftp' },
      { ...ports(85), to: 'self' },
    ];
    const timed = { time: { to: '12:00' }, action: 'drop' };
    expect(offloaded({ ...rules({}, ...limited), helpers: ['ftp'] })).toEqual(['r/inside/outside/r0']);
    expect(offloaded(rules({}, timed, ports(81)))).toEqual(['r/inside/outside/r0']);
    expect(offloaded({ ...rules({}), offload: false })).toEqual([]);
    expect(firewall.render({ ...rules({}), offload: false })).not.toMatch(/flowtable|shortcut/);
  });

  it('offloads on the cards that zones have, those of VLANs too, and again with every document', () => {
    const vlans = [{ name: 'dmz.7', link: 'dmz', id: 7 }];
    const content = { vlans, zones: { a: { interfaces: ['east'] }, b: { interfaces: ['dmz.7'] } }, offload: true };
    expect(firewall.render(content)).toContain('devices = { "east", "dmz" }');
    const script = firewall.render(content, content);
    expect(script.indexOf('delete flowtable inet berth data')).toBeGreaterThan(script.indexOf('flush table'));
    expect(script.indexOf('  flowtable data {')).toBeGreaterThan(script.indexOf('delete flowtable'));
    expect(firewall.render({ zones }, content)).toContain(
      'delete chain inet berth shortcut\ndelete flowtable inet berth data\n',
    );
    expect(firewall.render(content, { zones })).not.toContain('delete flowtable');
  });
});
