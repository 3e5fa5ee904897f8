/** What a VNFD declares of values that requests may set, and its own values held against it. */
import { expect, test } from '@jest/globals';
import { base } from './finding-cases.js';
import { bend, read, vnfdOf, type Edit } from './read.js';

const types = `
data_types:
  example.Modifiable:
    derived_from: tosca.datatypes.nfv.VnfInfoModifiableAttributes
    properties:
      extensions: { type: example.Extensions }
      metadata: { type: example.Metadata }
  example.Extensions:
    derived_from: tosca.datatypes.nfv.VnfInfoModifiableAttributesExtensions
    properties:
      role: { type: string, required: true, constraints: [ valid_values: [left, right] ] }
      port: { type: integer, default: EXTENSION }
  example.Metadata:
    derived_from: tosca.datatypes.nfv.VnfInfoModifiableAttributesMetadata
    properties: { owner: { type: string, default: 1.0 } }
  example.Configurable:
    derived_from: tosca.datatypes.nfv.VnfConfigurableProperties
    properties:
      peers: { type: list, entry_schema: { type: example.Peer } }
      level: { type: example.Level, default: low }
  example.Peer:
    properties: { address: { type: string }, port: { type: integer, required: true } }
  example.Level: { derived_from: string }
`;
const members = `properties:
      modifiable_attributes: { type: example.Modifiable }
      configurable_properties: { type: example.Configurable }
`;

const given = (extension: string, properties: string, ...more: readonly Edit[]): string =>
  bend(
    base,
    ['node_types:', `${types.replace('EXTENSION', extension)}\nnode_types:`],
    [
      '    requirements:\n      - virtual_link_outside',
      `    ${members}    requirements:\n      - virtual_link_outside`,
    ],
    ['flavour_id: default\n        flavour_d', `${properties}\n        flavour_id: default\n        flavour_d`],
    ...more,
  );

const wrongs = (text: string) =>
  read(text)
    .findings.filter(({ code }) => code === 'TOSCA-DEFAULT-NOT-ALLOWED' || code === 'TOSCA-VALUE-NOT-ALLOWED')
    .map(({ code, message }) => [code, message]);

test('extensions, metadata and configurable properties are read with types of the package written out', () => {
  const vnfd = vnfdOf(read(given('1', 'modifiable_attributes: { extensions: { role: left } }')));
  expect(vnfd.extensions).toEqual({
    role: { type: 'string', required: true, constraints: [{ valid_values: ['left', 'right'] }] },
    port: { type: 'integer', default: 1 },
  });
  expect(vnfd.metadata).toEqual({ owner: { type: 'string', default: 1 } });
  expect(vnfd.configurable).toEqual({
    peers: {
      type: 'list',
      entry: {
        type: 'example.Peer',
        members: { address: { type: 'string' }, port: { type: 'integer', required: true } },
      },
    },
    level: { type: 'example.Level', default: 'low' },
  });
});

test('a VNFD without such types declares only what it gives a value', () => {
  const assigned: Edit = [
    'flavour_id: default\n        flavour_d',
    'modifiable_attributes: { extensions: { a: 1 } }\n        flavour_id: default\n        flavour_d',
  ];
  expect(vnfdOf(read(bend(base, assigned)))).toMatchObject({ extensions: { a: { type: 'any' } }, metadata: {} });
  expect(vnfdOf(read(base))).toMatchObject({ extensions: {}, metadata: {} });
});

test('types within types of a hostile package are not written out without end', () => {
  const wide = Array.from({ length: 300 }, (_, n) => `p${String(n)}: { type: example.Wide }`).join(', ');
  const text = given(
    '1',
    'flavour_x: y',
    [
      'example.Level: { derived_from: string }',
      `example.Level: { derived_from: string }
  example.Wide: { properties: { ${wide} } }`,
    ],
    ['level: { type: example.Level, default: low }', 'level: { type: example.Wide }'],
  );
  expect(JSON.stringify(read(text).draft).length).toBeLessThan(10_000_000);
});

test('languages are those listed and the default one', () => {
  const languages = 'localization_languages: [fr, de]\n        default_localization_language: en';
  expect(vnfdOf(read(given('1', languages))).languages).toEqual(['fr', 'de', 'en']);
  expect(vnfdOf(read(base)).languages).toBeUndefined();
});

test.each([
  ['1', 'modifiable_attributes: { extensions: { role: left }, metadata: { owner: me } }', []],
  [
    'many',
    'flavour_x: y',
    [
      [
        'TOSCA-DEFAULT-NOT-ALLOWED',
        'The default of `modifiable_attributes.extensions.port` must be of type integer, and is of type string.',
      ],
    ],
  ],
  [
    '1',
    'modifiable_attributes: { extensions: { role: middle } }',
    [['TOSCA-VALUE-NOT-ALLOWED', '`modifiable_attributes.extensions.role` is not what its type allows: left, right.']],
  ],
  [
    '1',
    'configurable_properties: { peers: [ { address: a } ] }',
    [
      [
        'TOSCA-VALUE-NOT-ALLOWED',
        '`configurable_properties.peers` is wrong at 0, which lacks port, which type example.Peer requires.',
      ],
    ],
  ],
  ['1', 'configurable_properties: { peers: { get_input: peers } }', []],
])('with the default %s and %s the lint tells %j', (extension, properties, expected) => {
  expect(wrongs(given(extension, properties))).toEqual(expected);
});
