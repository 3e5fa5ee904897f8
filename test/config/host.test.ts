import { describe, expect, test } from '@jest/globals';
import { admissionOf, HostPolicies, libvirtEntries } from '../../src/compose-hosts.js';
import type { Engine } from '../../src/engine/engine.js';
import { EngineList } from '../../src/engine/engines.js';
import { hostId } from '../../src/shared/ids.js';
import { shownUri, withoutPasswords } from '../../src/shared/shown-uri.js';

test.each([
  ['qemu+ssh://root:secret@rack1/system', 'qemu+ssh://root:***@rack1/system'],
  ['qemu+tls://rack1/system?password=a&no_verify=1', 'qemu+tls://rack1/system?password=***&no_verify=1'],
  ['qemu+tls://rack1/system?no_verify=1;sso_token=abc#x', 'qemu+tls://rack1/system?no_verify=1;sso_token=***#x'],
  ['qemu+ssh://root@rack1:22/system', 'qemu+ssh://root@rack1:22/system'],
  ['qemu:///system?socket=/a:b@c', 'qemu:///system?socket=/a:b@c'],
])('%s is shown as %s', (uri, shown) => {
  expect(shownUri(uri)).toBe(shown);
});

test('a text with URIs in it is shown without their passwords', () => {
  const said = 'no connection driver available for foo://root:sec@ret@h/system (tried qemu:///a:b@c)';
  expect(withoutPasswords(said)).toBe(
    'no connection driver available for foo://root:***@h/system (tried qemu:///a:b@c)',
  );
});

describe('a host that comes by API', () => {
  const engines = new EngineList();
  const admission = (hostFiles?: string) =>
    admissionOf(
      engines,
      new HostPolicies([]),
      libvirtEntries({ ...(hostFiles !== undefined && { hostFiles }) }, () => {
        throw new Error('no engine is made here');
      }),
    );
  const why = (uri: string, hostFiles?: string) => {
    const outcome = admission(hostFiles).receive({ id: 'n1', uri });
    return outcome.ok ? undefined : outcome.problem.detail;
  };

  test.each([
    'qemu+ext://n1/system?command=/bin/sh',
    'qemu+ssh://n1/system?no_verify=1&command=/bin/sh',
    'qemu+ssh://n1/system?no_verify=1;Command=/bin/sh',
    'qemu+ssh://n1/system?%63ommand=/bin/sh',
    'qemu+ssh://n1/system?command',
  ])('has no program run where Berth is, even when it is kept already: %s', (uri) => {
    expect(why(uri)).toContain('"command", a program');
    expect(admission().read({ id: 'n1', uri })).toMatchObject({ ok: false });
  });

  test.each(['qemu:///system\n', 'qemu+tls://n 1/system', 'qemu+tls://%zz:%/system', 'qemu+tls://[::1/system'])(
    'has a URI that can be read: %j',
    (uri) => {
      expect(why(uri)).toContain('uri');
    },
  );

  test.each([
    ['qemu+ssh://n1/system?netcat=/bin/sh', '"netcat", a program that would run on the host; leave it out'],
    ['qemu+ssh://n1/system?name=test:///etc/passwd', '"name", another hypervisor'],
    ['qemu+tls://n1/system?authfile=/etc/shadow', '"authfile", a file'],
    ['qemu+tls://n1/system?AuthFile=/etc/shadow', '"authfile", a file'],
    ['qemu:///embed?root=/etc', 'the path "/embed"'],
    ['qemu:///system?root=/etc', '"root", a folder'],
    ['qemu+tls://n1/system?keyfile=/k', '"keyfile", which is no parameter of the transport tls'],
    ['qemu+tls://n1/system?__proto__=1', '"__proto__", which is no parameter'],
    ['qemu+tls://n1/system?constructor=1', '"constructor", which is no parameter'],
    ['qemu+ssh://n1/system?pkipath=/k', '"pkipath", which is no parameter of the transport ssh'],
    ['qemu+ssh://n1/system?no_verify=2', 'which is not one of 0, 1'],
    ['qemu+tls://n1/system?tls_priority=a%20b', 'which is no list of priorities'],
    ['qemu+libssh://n1/system?sshauth=agent,gssapi', 'which is not a list of agent, privkey'],
    ['qemu+libssh2://n1/system?known_hosts_verify=auto', 'which is not one of normal, ignore'],
    ['qemu:///system?mode=fast', 'which is not one of auto, legacy, direct'],
    ['qemu+ssh://n1/system?proxy=/bin/sh', 'which is not one of auto, netcat, native'],
    ['qemu+ssh://n1/system?socket=/tmp/s', 'which is not below /run'],
    ['qemu+ssh://n1/system?socket=/run/../tmp/s', 'which is not below /run'],
    ['qemu+ssh://-oProxyCommand=x@n1/system', 'begins with "-"'],
    ['qemu+ssh://%2DoProxyCommand/system', 'begins with "-"'],
    ['qemu+ext://n1/system', 'the transport "ext"'],
    ['test:///etc/berth/world.xml', 'the driver "test"'],
    ['test+tcp://n1/default', 'the driver "test"'],
    ['test+unix:///default?socket=/run/x', 'the driver "test"'],
    ['lxc:///system', 'the driver "lxc"'],
    ['vmwareplayer:///session', 'the driver "vmwareplayer"'],
    ['qemu+tls://n1/', 'the path "/"'],
  ])('may not have %s', (uri, part) => {
    expect(why(uri)).toContain(part);
  });

  const ownFiles = [
    'qemu+ssh://n1/system?keyfile=',
    'qemu+libssh2://n1/system?known_hosts=',
    'qemu+tls://n1/system?pkipath=',
    'qemu:///system?socket=',
    'qemu+unix:///system?mode=direct;SOCKET=',
  ];

  test.each(ownFiles)('names a file of this machine only below the folder that is set aside: %s', (begin) => {
    expect(why(`${begin}/etc/berth/files/n1.key`)).toContain('set hostFiles in the configuration');
    for (const path of [
      '/etc/ssh/ssh_host_ed25519_key',
      '/etc/berth/files',
      '/etc/berth/files/',
      '/etc/berth/files2/x',
      'n1.key',
      '',
    ])
      expect(why(`${begin}${path}`, '/etc/berth/files')).toContain('put it below /etc/berth/files');
    for (const path of ['/etc/berth/files/../../shadow', '/etc/berth/files/%2e%2e/x', '/etc/berth/files//x'])
      expect(why(`${begin}${path}`, '/etc/berth/files')).toContain('put it below /etc/berth/files');
    for (const misread of ['%00', '%ff', '%00%ff', '%zz', '%0a']) {
      const path = `/etc/berth/files/%2e%2e/%2e%2e/ssh/ssh_host_ed25519_key${misread}`;
      expect(why(`${begin}${path}`, '/etc/berth/files')).toContain('uri cannot be read');
    }
    expect(why(`${begin}/etc/berth/files/rack1/n1.key`, '/etc/berth/files')).toBeUndefined();
    expect(why(`${begin}%2Fetc/berth/files/n1.key`, '/etc/berth/files')).toBeUndefined();
  });

  test.each([
    'qemu:///system',
    'qemu:///session',
    'qemu+unix:///system?mode=direct',
    'qemu+tls://n1:17000/system?no_verify=1&tls_priority=NORMAL:-VERS-ALL:%2BVERS-TLS1.3',
    'qemu+ssh://admin@n1:2222/system?no_verify=1&no_tty=1&mode=auto&proxy=native&socket=/run/libvirt/libvirt-sock',
    'qemu+libssh2://n1/system?known_hosts_verify=normal&sshauth=agent,privkey',
    'qemu+libssh://n1/system?socket=/var/run/libvirt/libvirt-sock',
    'test:///default',
  ])('may have %s', (uri) => {
    expect(admission().receive({ id: 'n1', uri })).toMatchObject({ ok: true, value: { entry: { uri } } });
  });

  test('is spoken to by plain TCP only where the configuration names its machine', () => {
    expect(why('qemu+tcp://n1/system')).toContain('or name "n1" under plainTcp in the configuration');
    const allowed = admissionOf(
      engines,
      new HostPolicies([]),
      libvirtEntries({ plainTcp: ['N1'] }, () => {
        throw new Error('no engine is made here');
      }),
    );
    expect(allowed.receive({ id: 'n1', uri: 'qemu+tcp://n1/system' })).toMatchObject({ ok: true });
    expect(allowed.receive({ id: 'n1', uri: 'qemu+tcp://n2/system' })).toMatchObject({ ok: false });
  });

  test('keeps a URI that it has, whatever else of it changes, and may not have it back', () => {
    const before = { id: 'n1', uri: 'qemu+ssh://n1/system?keyfile=/k' };
    expect(admission().read(before)).toMatchObject({ ok: true });
    expect(admission().receive({ ...before, zone: 'b' }, before)).toMatchObject({ ok: true });
    expect(admission().receive(before, { ...before, uri: 'qemu+ssh://n1/system' })).toMatchObject({ ok: false });
  });

  test('says what VNFCs hold of it, as far as its settings can be read', () => {
    const entry = {
      id: 'n1',
      warp: 9,
      pools: ['fast'],
      withheldFunctions: 7,
      pool: { name: 'p' },
      uri: 'qemu+tls://N1/system',
    };
    expect(admission().held(entry)).toEqual({
      hypervisor: 'qemu://n1/system',
      pools: ['fast'],
      cards: new Map(),
      withheld: [],
    });
    expect(admission().held({ id: 'n1' })).toMatchObject({ ownPool: { name: 'berth' }, pools: [] });
  });

  test('keeps its engine when another one cannot be made', async () => {
    const stopped: string[] = [];
    const engine = { hostId: hostId('n1'), onEvent: () => () => undefined, stop: async () => stopped.push('n1') };
    const list = new EngineList([engine as unknown as Engine]);
    const own = admissionOf(
      list,
      new HostPolicies([]),
      libvirtEntries({}, () => {
        throw new Error('no memory');
      }),
    );
    const found = own.read({ id: 'n1', uri: 'qemu+tls://n1/system' });
    if (!found.ok) throw new Error(found.problem.detail);
    await expect(own.readmit(found.value)).rejects.toThrow('no memory');
    expect([list.all(), stopped]).toEqual([[engine], []]);
  });
});
