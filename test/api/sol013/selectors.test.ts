import { describe, expect, test } from '@jest/globals';
import type { ResourceSchema } from '../../../src/api/sol013/attribute-types.js';
import { parseSelection, select, SelectorError } from '../../../src/api/sol013/selectors.js';

const schema: ResourceSchema = {
  type: 'object',
  required: ['id', '_links'],
  properties: {
    id: { type: 'string' },
    name: { type: 'string' },
    metadata: { type: 'object', additionalProperties: true },
    info: {
      type: 'object',
      required: ['state'],
      properties: {
        state: { type: 'string' },
        cps: {
          type: 'array',
          items: { type: 'object', required: ['id'], properties: { id: {}, mac: { type: 'string' } } },
        },
      },
    },
    _links: { type: 'object', properties: {} },
  },
};

const resource = {
  id: '1',
  name: 'edge',
  metadata: { site: 'lab' },
  info: {
    state: 'STARTED',
    cps: [
      { id: 'a', mac: 'm1' },
      { id: 'b', mac: 'm2' },
    ],
  },
  _links: {},
};

const shown = (query: Record<string, unknown>) =>
  select(resource, schema, parseSelection(query, schema), ['metadata', 'info']);

describe('attribute selectors', () => {
  test('by default leave out what the collection leaves out', () => {
    const expected = { id: '1', name: 'edge', _links: {} };
    expect(shown({})).toEqual(expected);
    expect(shown({ exclude_default: '' })).toEqual(expected);
  });

  test('all_fields shows everything', () => {
    expect(shown({ all_fields: '' })).toEqual(resource);
  });

  test('fields shows what is simple, what is mandatory and what is named, at any depth', () => {
    expect(shown({ fields: 'metadata' })).toEqual(resourceWithout('info'));
    expect(shown({ fields: 'name' })).toEqual({ id: '1', name: 'edge', _links: {} });
    expect(shown({ fields: 'info/cps' })).toEqual(resourceWithout('metadata'));
    expect(shown({ fields: 'info/cps/mac,name' })).toEqual(resourceWithout('metadata'));
    expect(shown({ fields: 'info/cps/id' })).toEqual(resourceWithout('metadata'));
    expect(shown({ fields: 'info/state' })).toEqual({ ...resourceWithout('metadata'), info: { state: 'STARTED' } });
  });

  test('of a map fields shows the keys that are named', () => {
    const two = { ...resource, metadata: { site: 'lab', rack: { unit: 7, name: 'r' } } };
    const names = (fields: string) => select(two, schema, parseSelection({ fields }, schema), []);
    expect(names('metadata/site')).toMatchObject({ metadata: { site: 'lab' } });
    expect(names('metadata/site')).not.toHaveProperty('metadata.rack');
    expect(names('metadata/rack/unit')).toEqual({ ...resourceWithout('info'), metadata: { rack: { unit: 7 } } });
  });

  test('fields with exclude_default adds to the default', () => {
    expect(shown({ fields: 'metadata', exclude_default: '' })).toEqual(resourceWithout('info'));
  });

  test('exclude_fields leaves out what is named and nothing else', () => {
    expect(shown({ exclude_fields: 'info/cps/mac,name' })).toEqual({
      ...resourceWithout('name'),
      info: { state: 'STARTED', cps: [{ id: 'a' }, { id: 'b' }] },
    });
    expect(shown({ 'exclude-fields': 'info' })).toEqual(resourceWithout('info'));
  });

  test.each([
    [{ all_fields: '', fields: 'name' }, 'only fields and exclude_default go together'],
    [{ all_fields: '', exclude_default: '' }, 'only fields and exclude_default go together'],
    [{ fields: 'name', exclude_fields: 'info' }, 'only fields and exclude_default go together'],
    [{ exclude_fields: 'name', exclude_default: '' }, 'only fields and exclude_default go together'],
    [{ fields: 'name', exclude_default: '', all_fields: '' }, 'only fields and exclude_default go together'],
    [{ fields: 'nothing' }, 'there is no attribute "nothing"'],
    [{ fields: '' }, 'there is no attribute ""'],
    [{ exclude_fields: 'id' }, 'id is mandatory'],
    [{ exclude_fields: 'info/state' }, 'info/state is mandatory'],
    [{ fields: ['name', 'info'] }, 'fields is given more than once'],
  ])('%p is refused', (query, complaint) => {
    expect(() => parseSelection(query, schema)).toThrow(SelectorError);
    expect(() => parseSelection(query, schema)).toThrow(complaint);
  });
});

function resourceWithout(name: keyof typeof resource): Record<string, unknown> {
  return Object.fromEntries(Object.entries(resource).filter(([key]) => key !== name));
}
