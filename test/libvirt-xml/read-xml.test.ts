import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readWellFormed } from '../../src/libvirt-xml/read-well-formed.js';
import { MalformedXml, readXml } from '../../src/libvirt-xml/read-xml.js';
import { el, type Child, type XmlElement } from '../../src/libvirt-xml/xml/element.js';
import { render } from '../../src/libvirt-xml/xml/render.js';
import { xmlText } from './any-spec.js';

const own = Object.fromEntries([['__proto__', '1']]);

const read: readonly (readonly [string, string, XmlElement])[] = [
  ['an element without content', '<a/>', el('a')],
  ['an element with nothing between its tags', '<a></a>', el('a')],
  ['attributes in both quotes, with spaces around', `<a b = "1" c:d='"'\n/>`, el('a', { b: '1', 'c:d': '"' })],
  ['white space where there is nothing else', '<a> \n</a>', el('a', {}, ' \n')],
  ['no white space between elements', '<a>\n <b/>\n</a>', el('a', {}, el('b'))],
  ['text beside elements', '<a>x <b/> y</a>', el('a', {}, 'x ', el('b'), ' y')],
  ['a declaration, comments and instructions', '\ufeff<?xml v?><!-- < & --><a><!--x--><?y z?></a><!---->\n', el('a')],
  ['the references of XML', '<a b="&lt;&#9;&#x41;">&amp;&gt;&quot;&apos;</a>', el('a', { b: '<\tA' }, `&>"'`)],
  ['a character beyond the first plane', '<a>&#x1F600;</a>', el('a', {}, '\u{1F600}')],
  ['a CDATA section as part of its text', '<a>1<![CDATA[<&2]]>3</a>', el('a', {}, '1<&23')],
  ['line ends as line feeds, and as spaces in attributes', '<a b="1\r\n2">3\r4</a>', el('a', { b: '1 2' }, '3\n4')],
  ['an attribute that has the name of a prototype', '<a __proto__="1"/>', { ...el('a'), attributes: own }],
];

const malformed: readonly (readonly [string, string, string])[] = [
  ['nothing', '', 'line 1: an element is expected'],
  ['text alone', 'libvirt', 'line 1: an element is expected'],
  ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'line 1: the name of an element is expected'],
  ['an element without end', '<a>\n<b></b>', 'line 2: <a> has no end'],
  ['tags that cross', '<a>\n<b></a></b>', 'line 2: </a> ends <b>'],
  ['two roots', '<a/>\n\n<b/>', 'line 3: something comes after <a>'],
  ['text after the root', '<a/>b', 'line 1: something comes after <a>'],
  ['a tag that is cut', '<a b="1"', 'line 1: <a is not closed by >'],
  ['an end tag that is cut', '<a></a', 'line 1: </a is not closed by >'],
  ['an attribute without a value', '<a b/>', 'line 1: b of <a> has no value'],
  ['a value without quotes', '<a b=1/>', 'line 1: the value of b of <a> is not quoted'],
  ['a value without end', '<a b="1/>', 'line 1: the value of b of <a> has no end'],
  ['a tag in a value', '<a b="<"/>', 'line 1: the value of b of <a> has <'],
  ['attributes that touch', '<a b="1"c="2"/>', 'line 1: <a is not closed by >'],
  ['an attribute twice', '<a b="1" b="2"/>', 'line 1: <a> has b twice'],
  ['a bare ampersand', '<a>b & c</a>', 'line 1: & c refers to nothing'],
  ['an entity that is not of XML', '<a>&nbsp;</a>', 'line 1: &nbsp; refers to nothing'],
  ['a name that objects inherit', '<a>&toString;</a>', 'line 1: &toString; refers to nothing'],
  ['a character that is not there', '<a>&#x110000;</a>', 'line 1: &#x110000; refers to nothing'],
  ['a comment without end', '<a><!-- </a>', 'line 1: a comment has no end'],
  ['a name that begins with a digit', '<1/>', 'line 1: the name of an element is expected'],
];

describe('a text of XML', () => {
  it.each(read)('is read with %s', (_what, text, tree) => {
    expect(readXml(text)).toEqual(tree);
  });

  it.each(malformed)('is refused with %s', (_what, text, why) => {
    expect(readWellFormed(text)).toBe(why);
    expect(() => readXml(text)).toThrow(MalformedXml);
  });

  it('is read however deep it is', () => {
    const depth = 100_000;
    let found: XmlElement | undefined = readXml('<a>'.repeat(depth) + '</a>'.repeat(depth));
    let levels = 0;
    for (; found !== undefined; levels += 1) found = found.children[0] as XmlElement | undefined;
    expect(levels).toBe(depth);
  });

  it('is the tree that was written', () => {
    const nodeOf = (inner: fc.Arbitrary<readonly Child[]>) =>
      fc
        .record({ name: fc.constantFrom('a', 'b:c', 'd-1'), value: xmlText, inner })
        .map(({ name, value, inner: children }) => el(name, { value }, ...children));
    const leaf = nodeOf(xmlText.map((text) => (text === '' ? [] : [text])));
    const branch = nodeOf(fc.array(leaf, { maxLength: 3 }));
    const tree = nodeOf(fc.array(fc.oneof(leaf, branch), { maxLength: 3 }));
    fc.assert(
      fc.property(tree, (one) => {
        expect(readXml(render(one))).toEqual(one);
      }),
    );
  });

  it('that is cut anywhere is refused', () => {
    const text = '<a b="1">c<d e=\'&amp;\'/><![CDATA[f]]><!-- g --></a>';
    for (let length = 0; length < text.length; length += 1) {
      expect(typeof readWellFormed(text.slice(0, length))).toBe('string');
    }
  });
});
