/** The UPF with its real data path in network namespaces of this machine, held to its promises by scapy and tshark. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeUnless } from '../libvirt/environment.js';

const script = 'vnf-catalog/upf/test/checks.py';
const programs = ['clang', 'llvm-strip', 'gcc', 'tshark', 'dumpcap', 'ethtool', 'ip', 'nsenter'];
const environment = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
const works = (program: string, ...words: string[]) => spawnSync(program, words, { env: environment }).status === 0;

/** bpf(2) with BPF_MAP_CREATE, of an array of one number. */
const makesMap = `import ctypes, struct
ask = ctypes.create_string_buffer(struct.pack('5I', 2, 4, 8, 1, 0).ljust(128, b'\\0'))
raise SystemExit(ctypes.CDLL(None).syscall(321, 0, ask, 128) < 0)`;

/** Why the checks cannot run here; undefined when they can. */
function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'network namespaces and eBPF need root';
  const absent = programs.find((program) => !works('sh', '-c', `command -v ${program}`));
  if (absent !== undefined) return `${absent} is not installed`;
  if (!works('/usr/bin/python3', '-c', 'import scapy.all'))
    return 'scapy is not installed for /usr/bin/python3 (Debian: python3-scapy)';
  return works('/usr/bin/python3', '-c', makesMap) && works('unshare', '--mount', 'mount', '-t', 'bpf', 'bpf', '/mnt')
    ? undefined
    : 'the kernel refuses eBPF here';
}

interface Check {
  readonly name: string;
  readonly feature: string;
  readonly clause: string;
  readonly sends: string;
  readonly expects: string;
}

const why = missing();
const checks: readonly Check[] =
  why === undefined ? JSON.parse(execFileSync('/usr/bin/python3', [script, '--list'], { encoding: 'utf8' })) : [];
const folder = mkdtempSync(join(tmpdir(), 'upf-checks.'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describeUnless(why, 'the UPF between SMF, gNB and data network', () => {
  const became = new Map<string, string>();
  let said = '';

  beforeAll(async () => {
    execFileSync('vnf-catalog/upf/compile.sh', ['--checked', folder], { env: environment });
    const { promise, resolve } = Promise.withResolvers<number | null>();
    const child = spawn('/usr/bin/python3', [script, folder], { env: environment });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
    child.once('close', resolve);
    await promise;
    for (const [, mark = '', name = '', details = ''] of said.matchAll(/^(ok|FAILED) ([^:\s]+):? ?(.*)$/gm))
      became.set(name, `${mark} ${details}`.trim());
  }, 900_000);

  it('is held to at least 150 promises, each with its clause', () => {
    expect(checks.length).toBeGreaterThanOrEqual(150);
    expect(checks.filter(({ clause, sends, expects }) => clause === '' || sends === '' || expects === '')).toEqual([]);
  });

  it.each(checks.map((check) => [check.name, `${check.feature}, ${check.clause}: ${check.expects}`] as const))(
    '%s (%s)',
    (name) => {
      expect(became.get(name) ?? `did not run: ${said.slice(-2000)}`).toBe('ok');
    },
  );
});
