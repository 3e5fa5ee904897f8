import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hypervisorOf, readUri } from '../../src/inventory/hypervisor-uri.js';
import { Tried } from '../builders/tried.js';

describe('two URIs lead to the same hypervisor', () => {
  test.each([
    ['qemu+tls://rack1/system', 'qemu+ssh://root@rack1/system'],
    ['qemu+tls://rack1/system', 'qemu://RACK1:16514/system'],
    ['qemu+ssh://admin@rack1:22/system?keyfile=/k&no_verify=1', 'qemu+tcp://rack1/system'],
    ['qemu:///system', 'qemu+unix:///system'],
    ['qemu+unix:///system?socket=/run/a', 'qemu+unix:///system?mode=direct&socket=/run/a'],
    ['qemu+tls://rack1/system', 'qemu+tls://r%61ck1/s%79stem'],
    ['qemu+tls://rack1/system', 'qemu+tls://rack1'],
    ['qemu+tls://rack1/system', 'qemu+tls://rack1//system/'],
    ['qemu+tls://rack1/system', 'qemu+tls://rack1:/system'],
    ['qemu+tls://rack1/system', 'qemu+tls://rack1:0/system'],
    ['qemu+tls://rack1/system', 'qemu+tls://rack1:016514/system'],
    ['qemu+tls://rack1/system', 'qemu+ssh://admin:secret@rack1/system#there'],
    ['qemu+tls://a.example/system', 'qemu+tls://A.Example./system'],
    ['qemu:///system', 'qemu+tls://localhost/system'],
    ['qemu:///system', 'qemu+ssh://root@127.0.0.1:22/system'],
    ['qemu:///system', 'qemu+tcp://127.1/system'],
    ['qemu:///system', 'qemu+tls://[::1]/system'],
    ['qemu:///system', 'qemu+tls://[::ffff:127.0.0.1]/system'],
    ['qemu+tls://10.0.0.1/system', 'qemu+tls://0x0a000001/system'],
    ['qemu+tls://[fd00::1]/system', 'qemu+tls://[FD00:0:0::0001]:16514/system'],
    ['qemu:///system', 'qemu:///system?socket=/var/run/libvirt/libvirt-sock'],
    ['qemu:///system', 'qemu:///system?Socket=%2Frun%2Flibvirt%2Fvirtqemud-sock'],
    ['qemu:///system?socket=/run/a', 'qemu:///system?mode=auto;socket=/var/run//a'],
    ['qemu+ssh://a@n1/session', 'qemu+ssh://%61:secret@n1/session'],
    ['qemu+ssh://n1/system', 'qemu+ssh://n1/?name=qemu:///system'],
    ['qemu+ssh://a@n1/session', 'qemu+ssh://a@n1/system?name=qemu:///session'],
  ])('%s and %s', (one, other) => {
    expect(hypervisorOf(other)).toBe(hypervisorOf(one));
    expect(hypervisorOf(one)).toBeDefined();
  });

  test.each([
    ['qemu+tls://rack1/system', 'qemu+tls://rack2/system'],
    ['qemu+tls://rack1/system', 'qemu+tls://rack1/session'],
    ['qemu+tls://rack1/system', 'qemu+tls://rack1:17000/system'],
    ['qemu+ssh://a@rack1/session', 'qemu+ssh://b@rack1/session'],
    ['qemu+unix:///system?socket=/run/a', 'qemu+unix:///system?socket=/run/b'],
    // Behind another port of this machine there may be a tunnel.
    ['qemu:///system', 'qemu+ssh://root@localhost:2222/system'],
    ['qemu+tls://local/system', 'qemu+tls://localhost/system'],
    ['qemu+tls://127.0.0.1.example/system', 'qemu:///system'],
    ['qemu+tls://rack1/system', 'lxc+tls://rack1/system'],
  ])('but not %s and %s', (one, other) => {
    expect(hypervisorOf(one)).not.toBe(hypervisorOf(other));
  });

  test.each(['test:///default', 'qemu+ssh://n1/system?name=test:///default', 'no URI'])(
    'nothing is said of %s',
    (uri) => {
      expect(hypervisorOf(uri)).toBeUndefined();
    },
  );
});

/** libvirt resolves each of them, and ends the text at U+0000. */
const misread = ['%ff', '%c0%ae', '%00', '%00%ff', '%zz', '%', '%0a', '\u0001'];

describe('what libvirt would read in another way cannot be read', () => {
  const places: readonly ((text: string) => string)[] = [
    (text) => `qemu+tls://n1${text}/system`,
    (text) => `qemu+ssh://u${text}@n1/system`,
    (text) => `qemu+tls://n1/system${text}`,
    (text) => `qemu+ssh://n1/system?key${text}file=/srv/k`,
    (text) => `qemu+ssh://n1/system?keyfile=/srv/%2e%2e/etc/k${text}`,
    (text) => `qemu+unix:///system?mode=auto;socket=/srv/s${text}`,
  ];
  test.each(places.flatMap((place) => misread.map(place)))('%j', (uri) => {
    expect(readUri(uri)).toBeUndefined();
    expect(hypervisorOf(uri)).toBeUndefined();
  });
});

describe('however a hypervisor is written', () => {
  const place = fc.record({
    host: fc.constantFrom('', 'n1', 'rack-2.example', '10.0.0.7', '[fd00::5]', 'rack_3'),
    port: fc.constantFrom(undefined, 2222, 17000),
    path: fc.constantFrom('/system', '/session'),
    user: fc.constantFrom('', 'root', 'o perator'),
    socket: fc.constantFrom(undefined, '/run/a', '/run/b c'),
  });
  type Place = typeof place extends fc.Arbitrary<infer P> ? P : never;

  /** What tells it from others. */
  const identity = ({ host, port, path, user, socket }: Place) =>
    [host, host === '' ? undefined : port, path, path === '/session' ? user : '', socket].join(' ');

  const spelling = fc.record({
    encoded: fc.boolean(),
    isLoud: fc.boolean(),
    separator: fc.constantFrom('&', ';'),
    own: fc.constantFrom('', 'localhost', '127.0.0.1', '[::1]', 'LocalHost:22'),
    usual: fc.constantFrom('', ':', ':0'),
    slash: fc.constantFrom('', '/'),
    more: fc.constantFrom('', 'no_verify=1', 'mode=auto'),
  });
  type Spelling = typeof spelling extends fc.Arbitrary<infer S> ? S : never;

  const hex = (text: string) => [...text].map((one) => `%${one.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');

  function written({ host, port, path, user, socket }: Place, how: Spelling): string {
    const text = (plain: string) => (how.encoded ? hex(plain) : encodeURIComponent(plain));
    const named = host.startsWith('[') ? host : text(how.isLoud ? host.toUpperCase() : host);
    const at = host === '' ? how.own : `${named}${port === undefined ? how.usual : `:${port}`}`;
    const parameters = [
      how.more,
      ...(socket === undefined ? [] : [`${how.isLoud ? 'SOCKET' : 'socket'}=${text(socket)}`]),
    ];
    const query = parameters.filter((each) => each !== '').join(how.separator);
    const who = user === '' ? '' : `${text(user)}@`;
    return `qemu+ssh://${who}${at}${how.slash}${path}${how.slash}${query === '' ? '' : `?${query}`}`;
  }

  test('it has one text, itself a URI that has it, and no other has it', () => {
    const tried = new Tried('two hypervisors, or two spellings of one');
    fc.assert(
      fc.property(place, place, spelling, spelling, (one, other, how, otherwise) => {
        const text = hypervisorOf(written(one, how));
        expect(hypervisorOf(written(one, otherwise))).toBe(text);
        expect(hypervisorOf(text ?? '')).toBe(text);
        const isSame = identity(one) === identity(other);
        expect(hypervisorOf(written(other, otherwise)) === text).toBe(isSame);
        tried.is(!isSame && written(one, how) !== written(one, otherwise));
      }),
      { numRuns: 500 },
    );
    tried.expectShare(0.25);
  });

  test('any text is read without a fault', () => {
    const tried = new Tried('texts that can be read');
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const read = readUri(`qemu+ssh://${text}`);
        expect(read?.driver ?? 'qemu').toBe('qemu');
        expect(hypervisorOf(`qemu+ssh://${text}?name=`) === undefined).toBe(
          readUri(`qemu+ssh://${text}?name=`) === undefined,
        );
        tried.is(read !== undefined);
      }),
    );
    tried.expectShare(0.25);
  });
});
