import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type BerthConfig } from '../../src/config/config.js';
import { loadConfig } from '../../src/config/load.js';
import { ensureToken } from '../../src/config/token.js';

const folder = mkdtempSync(join(tmpdir(), 'berth-config-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const user = { isRoot: false, home: () => '/home/op' };

function load(argv: readonly string[], environment: Record<string, string> = {}): BerthConfig {
  const config = loadConfig({ argv, environment, user });
  if (config === 'help') throw new Error('help was asked for');
  return config;
}

function file(text: string): string {
  const path = join(folder, 'berth.yaml');
  writeFileSync(path, text);
  return path;
}

function complaint(argv: readonly string[], environment: Record<string, string> = {}): readonly string[] {
  try {
    load(argv, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  test('needs nothing: this machine over libvirt, on loopback', () => {
    expect(load([])).toEqual({
      dataDir: '/home/op/.local/state/berth',
      listen: { host: '127.0.0.1', port: 9641 },
      openMetrics: false,
      logLevel: 'info',
      pageSize: 100,
      strategy: 'pack',
      signatures: { policy: 'require' },
      callbacks: { allowed: [], onlyAllowed: false },
      retention: { operations: 100_000, days: 90 },
      hostsPerProcess: 10,
      uploads: { packageGiB: 32, reserveMiB: 256, allowed: [], onlyAllowed: false, fetchSeconds: 21_600 },
      fleet: {
        kind: 'libvirt',
        origin: 'configuration',
        source: 'the default of a configuration without hosts',
        hosts: [{ id: 'local', uri: 'qemu:///system', zone: 'default', sharedCpuRatio: 4, told: {} }],
      },
    });
  });

  test('says how many operations are kept, and for how long', () => {
    const environment = { BERTH_KEEP_OPERATIONS: '500', BERTH_KEEP_OPERATION_DAYS: '7' };
    expect(load([], environment).retention).toEqual({ operations: 500, days: 7 });
    expect(() => load([], { BERTH_KEEP_OPERATIONS: '0' })).toThrow('keepOperations is 0, must be >= 1');
  });

  test('says how many hosts share processes', () => {
    expect(load([], { BERTH_HOST_FILES: '/etc/berth/files/' }).fleet).toMatchObject({ hostFiles: '/etc/berth/files' });
    expect(() => load([], { BERTH_HOST_FILES: 'files' })).toThrow('hostFiles is "files", which is no folder');
    expect(() => load([], { BERTH_HOST_FILES: '/' })).toThrow('hostFiles is "/", which is no folder');
    expect(load([], { BERTH_HOSTS_PER_PROCESS: '1' }).hostsPerProcess).toBe(1);
    expect(() => load([], { BERTH_HOSTS_PER_PROCESS: '51' })).toThrow('hostsPerProcess is 51, must be <= 50');
  });

  test('names the machines whose libvirt may be spoken to by plain TCP', () => {
    const path = file('hosts: [{id: a, uri: "qemu+tcp://Lab1:4000/system"}]');
    expect(() => load(['--config', path])).toThrow(
      'hosts: uri has the transport "tcp", by which anybody on the network has the host: use qemu+tls or qemu+ssh, or name "lab1" under plainTcp in the configuration',
    );
    expect(() => load(['--config', path], { BERTH_PLAIN_TCP: 'lab2' })).toThrow('name "lab1" under plainTcp');
    expect(load(['--config', path], { BERTH_PLAIN_TCP: 'lab2, lab1' }).fleet).toMatchObject({
      hosts: [{ id: 'a' }],
      plainTcp: ['lab2', 'lab1'],
    });
  });

  test('says how large packages may be and where they are fetched from', () => {
    const environment = {
      BERTH_PACKAGE_GIB: '8',
      BERTH_RESERVE_MIB: '512',
      BERTH_UPLOAD_ALLOWED: 'https://*.vendor.example, http://10.0.0.5:8080',
      BERTH_UPLOAD_ONLY_ALLOWED: 'true',
      BERTH_UPLOAD_SECONDS: '600',
    };
    const allowed = ['https://*.vendor.example', 'http://10.0.0.5:8080'];
    const uploads = { packageGiB: 8, reserveMiB: 512, allowed, onlyAllowed: true, fetchSeconds: 600 };
    expect(load([], environment).uploads).toEqual(uploads);
    const flags = ['--upload-allowed', 'http://a:1', '--upload-allowed', 'https://b'];
    expect(load(flags, environment).uploads).toEqual({ ...uploads, allowed: ['http://a:1', 'https://b'] });
    expect(complaint(['--upload-allowed', 'ftp://a'])).toEqual([
      expect.stringMatching(/^the command line: uploadAllowed\.0 is "ftp:\/\/a", which is no origin/),
    ]);
  });

  test('says where subscribers may be called', () => {
    const environment = { BERTH_CALLBACK_ALLOWED: 'http://127.0.0.1:9000', BERTH_CALLBACK_ONLY_ALLOWED: 'true' };
    expect(load([], environment).callbacks).toEqual({ allowed: ['http://127.0.0.1:9000'], onlyAllowed: true });
    expect(complaint([], { BERTH_CALLBACK_ALLOWED: 'http://127.0.0.1:9000/notify' })).toEqual([
      expect.stringMatching(/^the environment: callbackAllowed\.0 is/),
    ]);
  });

  test('asks for signatures, unless the operator says otherwise', () => {
    const where = { BERTH_TRUST_STORE: '/etc/berth/trust', BERTH_REVOCATION_LISTS: '/etc/berth/crl' };
    expect(load([], where).signatures).toEqual({
      policy: 'require',
      trustStore: '/etc/berth/trust',
      revocationLists: '/etc/berth/crl',
    });
    expect(load([], { BERTH_SIGNATURE_POLICY: 'warn' }).signatures).toEqual({ policy: 'warn' });
    expect(load(['--signature-policy', 'off']).signatures).toEqual({ policy: 'off' });
    expect(complaint([], { BERTH_SIGNATURE_POLICY: 'never' })).toEqual([
      'the environment: signaturePolicy is "never", must be one of require,warn,off',
    ]);
  });

  test('keeps the data of root where the system keeps its state', () => {
    expect(loadConfig({ argv: [], environment: {}, user: { isRoot: true, home: () => '/root' } })).toMatchObject({
      dataDir: '/var/lib/berth',
    });
  });

  test('is taken from file, then environment, then flags', () => {
    const config = file('dataDir: /from-file\nlisten: 127.0.0.1:1\nlogLevel: warn\npageSize: 7\n');
    const argv = ['--config', config, '--data-dir', '/from-flag'];
    expect(load(argv, { BERTH_LISTEN: '[::1]:2', BERTH_DATA_DIR: '/from-environment' })).toMatchObject({
      dataDir: '/from-flag',
      listen: { host: '::1', port: 2 },
      logLevel: 'warn',
      pageSize: 7,
    });
  });

  test('describes hosts in a file, YAML or JSON', () => {
    const host = {
      id: 'rack1-n1',
      uri: 'qemu+tls://n1/system',
      zone: 'rack1',
      pool: { name: 'fast', path: '/srv/fast' },
      reserved: { sharedCpus: [0, 1], memoryMiBPerCell: [2048] },
      sharedCpuRatio: 2,
      acceleration: 'tcg',
    };
    const config = file(JSON.stringify({ hosts: [host] }));
    expect(load(['--config', config]).fleet).toEqual({
      ...{ kind: 'libvirt', origin: 'configuration', source: `the file ${config}` },
      hosts: [{ ...host, told: {} }],
    });
    expect(load([], { BERTH_CONFIG: config }).fleet).toMatchObject({ kind: 'libvirt' });
  });

  test('takes the operator’s word about cards and switches of a host', () => {
    const told = {
      physicalNetworks: { physnet1: ['ens1f0'] },
      trustedCards: ['ens1f0'],
      rateLimitedCards: ['ens1f0'],
      vhostUser: { dpdk: '/run/vswitch' },
      pools: ['default'],
      sharedStorage: { berth: 'nas1' },
    };
    const config = file(JSON.stringify({ hosts: [{ id: 'a', uri: 'qemu:///system', ...told }] }));
    expect(load(['--config', config]).fleet.hosts[0]).toMatchObject({ told });
  });

  test('simulates three hosts, or as many as configured', () => {
    const idsOf = ({ fleet }: BerthConfig) => fleet.hosts.map(({ id }) => id);
    expect(load(['--simulated']).fleet.kind).toBe('simulated');
    expect(idsOf(load(['--simulated']))).toEqual(['sim-1', 'sim-2', 'sim-3']);
    expect(idsOf(load([], { BERTH_SIMULATED: 'true', BERTH_FLEET: '2' }))).toEqual(['sim-1', 'sim-2']);
    const many = idsOf(load(['--fleet', '10000']));
    expect([many.length, many.at(-1)]).toEqual([10_000, 'sim-10000']);
  });

  test('keeps the store in a file, unless replicas are to share a database', () => {
    const url = 'postgres://berth:secret@db.example/berth';
    expect(load([]).store).toBeUndefined();
    expect(load([], { BERTH_STORE: url }).store).toBe(url);
    expect(load(['--config', file(`store: ${url}`)]).store).toBe(url);
  });

  test('bringBack: false is for all hosts, or for one', () => {
    const hosts = [
      { id: 'a', uri: 'qemu:///system' },
      { id: 'b', uri: 'qemu:///system', bringBack: false },
    ];
    const staysDown = (environment: Record<string, string>) =>
      load(['--config', file(JSON.stringify({ hosts }))], environment).fleet.hosts.map((host) => host.bringBack);
    expect(staysDown({})).toEqual([undefined, false]);
    expect(staysDown({ BERTH_BRING_BACK: 'false' })).toEqual([false, false]);
    expect(load(['--fleet', '1'], { BERTH_BRING_BACK: '0' }).fleet.hosts[0]?.bringBack).toBe(false);
  });

  test('--port changes the port only', () => {
    expect(load(['--listen', '127.0.0.9:80', '--port', '0']).listen).toEqual({ host: '127.0.0.9', port: 0 });
  });

  test.each([
    [['--fleet', 'many'], {}, 'the command line: fleet is "many", must be integer'],
    [['--listen', 'here'], {}, 'the command line: listen is "here", which is no address with a port'],
    [['--port', '70000'], {}, 'the command line: port is 70000, must be <= 65535'],
    [['--nothing'], {}, "the command line: Unknown option '--nothing'"],
    [[], { BERTH_LOG_LEVEL: 'loud' }, 'the environment: logLevel is "loud", must be one of trace,debug,info'],
    [[], { BERTH_OPEN_METRICS: 'maybe' }, 'the environment: openMetrics is "maybe", must be boolean'],
    [[], { BERTH_TOKEN: 'short' }, 'the environment: token is (hidden), must NOT have fewer than 16 characters'],
    [
      [],
      { BERTH_STORE: 'mysql://me:secret@db/x' },
      'the environment: store is (hidden), which is no address of PostgreSQL',
    ],
    [['--config', '/nowhere/berth.yaml'], {}, 'the file /nowhere/berth.yaml cannot be read'],
  ])('%p with %p is refused by key, value and what is allowed', (argv, environment, said) => {
    expect(complaint(argv, environment)).toEqual([expect.stringContaining(said)]);
  });

  test.each([
    ['hosts: [{id: a}]', 'hosts.0 needs "uri"'],
    ['hosts: [{id: a b, uri: "qemu:///system"}]', 'hosts.0.id is "a b", must match pattern'],
    ['hosts: [{id: a, uri: "qemu:///system"}, {id: a, uri: "test:///default"}]', 'the id "a" is given twice'],
    [
      'hosts: [{id: a, uri: "qemu:///system", acceleration: hvf}]',
      'hosts.0.acceleration is "hvf", must be one of kvm,tcg',
    ],
    [
      'hosts: [{id: a, uri: "qemu:///system", physicalNetworks: {p1: [ens1], p2: ["0c:42:A1:00:00:01", "0C-42-a1-00-00-01"]}}]',
      'physicalNetworks of a names card 0C-42-a1-00-00-01 under p2 and p2; a card is on one network, name it once',
    ],
    [
      'hosts: [{id: a, uri: "qemu:///system", physicalNetworks: {p1: ["3b:00.0"], p2: ["0000:3B:00.0"]}}]',
      'card 0000:3B:00.0 under p1 and p2',
    ],
    ['colour: red', 'the configuration has no setting "colour"'],
    ['dataDir: [', 'is not YAML'],
  ])('the file %p is refused', (text, said) => {
    expect(complaint(['--config', file(text)])).toEqual([expect.stringContaining(said)]);
  });

  test('a file may name no host at all, for a fleet that is added by API', () => {
    expect(load(['--config', file('hosts: []')]).fleet).toMatchObject({ kind: 'libvirt', hosts: [] });
  });

  test('a password in the address of a host is not repeated', () => {
    const [said] = complaint(['--config', file('hosts: [{id: a, uri: "+//root:secret@h/system"}]')]);
    expect(said).toContain('hosts.0.uri is "+//root:***@h/system"');
  });

  test('an empty file says nothing', () => {
    expect(load(['--config', file('')])).toEqual(load([]));
  });

  test('--help is answered before anything else', () => {
    expect(loadConfig({ argv: ['--help', '--config', '/nowhere'], environment: {}, user })).toBe('help');
  });
});

describe('the token', () => {
  test('is made once, and only its owner can read it', async () => {
    const dataDir = join(folder, 'data');
    const first = await ensureToken(dataDir);
    expect(first.token).toMatch(/^[\w-]{43}$/);
    expect(first.file).toBe(join(dataDir, 'token'));
    expect(statSync(join(dataDir, 'token')).mode & 0o777).toBe(0o600);
    expect(await ensureToken(dataDir)).toEqual(first);
  });

  test('is recreated in an empty file, which becomes private', async () => {
    const dataDir = mkdtempSync(join(folder, 'empty-'));
    writeFileSync(join(dataDir, 'token'), '', { mode: 0o644 });
    const { token } = await ensureToken(dataDir);
    expect(readFileSync(join(dataDir, 'token'), 'utf8').trim()).toBe(token);
    expect(statSync(join(dataDir, 'token')).mode & 0o777).toBe(0o600);
  });

  test.each(['short', `${'x'.repeat(20)}\0\0`, 'two words that are long enough'])(
    'that is damaged (%j) is not used; the file is named',
    async (text) => {
      const dataDir = mkdtempSync(join(folder, 'damaged-'));
      writeFileSync(join(dataDir, 'token'), text, { mode: 0o600 });
      await expect(ensureToken(dataDir)).rejects.toThrow(`the token file ${join(dataDir, 'token')} is damaged`);
      expect(readFileSync(join(dataDir, 'token'), 'utf8')).toBe(text);
    },
  );

  test('that is configured is used and not written', async () => {
    const dataDir = join(folder, 'none');
    expect(await ensureToken(dataDir, 'configured-token-1')).toEqual({ token: 'configured-token-1' });
    expect(() => statSync(dataDir)).toThrow();
  });
});
