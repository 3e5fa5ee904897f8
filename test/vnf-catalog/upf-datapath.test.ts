/** The UPF's eBPF programs and their loader, in network namespaces that end with the C programs that made them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'upf-datapath.'));
const object = join(folder, 'upf.bpf.o');
const datapath = 'vnf-catalog/upf/datapath';
const lab = 'test/vnf-catalog/upf-datapath';
const has = (program: string) => spawnSync(program, ['--version']).status === 0;
const able =
  has('gcc') &&
  has('clang') &&
  process.getuid?.() === 0 &&
  ['/sys/kernel/btf/vmlinux', '/usr/include/bpf/libbpf.h'].every(existsSync);
const describeAble = able ? describe : describe.skip;

/** A program of tests: all sources of the lab whose names begin with its own. */
function compile(name: string): string {
  const own = readdirSync(lab).filter((file) => file.startsWith(name) && file.endsWith('.c'));
  const sources = [
    ...[...own, 'lab.c', 'frames.c'].map((file) => join(lab, file)),
    ...readdirSync(datapath)
      .filter((file) => file.endsWith('.c'))
      .map((file) => join(datapath, file)),
    ...['netlink', 'reason', 'sha256'].map((file) => `vnf-catalog/guest/${file}.c`),
  ];
  const checks = ['-std=gnu11', '-g', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'];
  const program = join(folder, name);
  const includes = ['-Ivnf-catalog/guest', `-I${datapath}`];
  execFileSync('gcc', [
    ...checks,
    '-fno-sanitize-recover',
    ...includes,
    '-o',
    program,
    ...sources,
    '-lbpf',
    '-pthread',
  ]);
  return program;
}

beforeAll(() => {
  if (able) execFileSync(join(datapath, 'build.sh'), [object]);
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describeAble("the UPF's data path", () => {
  it('does with each packet of the table what its rules say, and names each drop', () => {
    const { stdout, stderr } = spawnSync(compile('table'), [object], { encoding: 'utf8' });
    expect(`${stdout}${stderr}`).toBe('0 failures\n');
  }, 120_000);

  it.each(['4', '6'])(
    'carries transfers unharmed through IPv%s tunnels, with the offloads of the links on',
    (family) => {
      const { stdout, stderr } = spawnSync(compile('traffic'), [object, '4', family], { encoding: 'utf8' });
      expect(`${stdout}${stderr}`).toMatch(/^.* right, .*\n.* right, .*\n0 failures\n$/);
    },
    180_000,
  );

  it('keeps a session in 1.6 KiB, and finds 20,000 of them again', () => {
    const { stdout } = spawnSync(compile('scale'), [object, '20000'], { encoding: 'utf8' });
    expect(Number(/^(\d+) octets a session/m.exec(stdout)?.[1])).toBeLessThan(1650);
    expect(stdout).toMatch(/^resumed 1 in [\d.]+ s with 20000 sessions$/m);
  }, 180_000);
});
