import { describe, expect, test } from '@jest/globals';
import { libvirtEntries } from '../../src/compose-hosts.js';
import { ConfigError } from '../../src/config/config.js';
import { hypervisorOf } from '../../src/config/host.js';
import { shownUri, withoutPasswords } from '../../src/shared/shown-uri.js';

describe('two URIs lead to the same hypervisor', () => {
  test.each([
    ['qemu+tls://rack1/system', 'qemu+ssh://root@rack1/system'],
    ['qemu+tls://rack1/system', 'qemu://RACK1:16514/system'],
    ['qemu+ssh://admin@rack1:22/system?keyfile=/k&no_verify=1', 'qemu+tcp://rack1/system'],
    ['qemu:///system', 'qemu+unix:///system'],
    ['qemu+unix:///system?socket=/run/a', 'qemu+unix:///system?mode=direct&socket=/run/a'],
  ])('%s and %s', (one, other) => {
    expect(hypervisorOf(one)).toBe(hypervisorOf(other));
    expect(hypervisorOf(one)).toBeDefined();
  });

  test.each([
    ['qemu+tls://rack1/system', 'qemu+tls://rack2/system'],
    ['qemu+tls://rack1/system', 'qemu+tls://rack1/session'],
    ['qemu+tls://rack1/system', 'qemu+tls://rack1:17000/system'],
    ['qemu+ssh://a@rack1/session', 'qemu+ssh://b@rack1/session'],
    ['qemu+unix:///system?socket=/run/a', 'qemu+unix:///system?socket=/run/b'],
  ])('but not %s and %s', (one, other) => {
    expect(hypervisorOf(one)).not.toBe(hypervisorOf(other));
  });

  test('nothing is said of the driver that is made for tests', () => {
    expect(hypervisorOf('test:///default')).toBeUndefined();
  });
});

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

describe('a host that is added by API', () => {
  const read = (uri: string) =>
    libvirtEntries({}, () => {
      throw new Error('no engine is made of what is refused');
    })({ id: 'n1', uri });

  test.each([
    'qemu+ext://n1/system?command=/bin/sh',
    'qemu+ssh://n1/system?no_verify=1&command=/bin/sh',
    'qemu+ssh://n1/system?no_verify=1;Command=/bin/sh',
    'qemu+ssh://n1/system?%63ommand=/bin/sh',
    'qemu+ssh://n1/system?command',
  ])('has no program run where Berth is: %s', (uri) => {
    expect(() => read(uri)).toThrow(ConfigError);
    expect(() => read(uri)).toThrow('command');
  });

  test.each(['qemu:///system\n', 'qemu+tls://n 1/system', 'qemu+tls://%zz:%/system', 'qemu+tls://[::1/system'])(
    'has a URI that can be read: %j',
    (uri) => {
      expect(() => read(uri)).toThrow(ConfigError);
    },
  );

  test.each(['qemu+libssh2://n1/system', 'qemu+ssh://n1/system?keyfile=/command&socket=/run/command'])(
    'may have %s',
    (uri) => {
      expect(read(uri)).toMatchObject({ entry: { uri } });
    },
  );
});
