import { describe, expect, test } from '@jest/globals';
import { el } from '../../../src/libvirt-xml/xml/element.js';
import { render, UnwritableText } from '../../../src/libvirt-xml/xml/render.js';

describe('render', () => {
  test('indents elements and keeps text on the line of its element', () => {
    const tree = el('a', { one: 1 }, el('b', {}, 'text'), el('c', { on: true, off: false }));
    expect(render(tree)).toBe('<a one="1">\n  <b>text</b>\n  <c on="yes" off="no"/>\n</a>\n');
  });

  test('leaves out undefined attributes and children', () => {
    expect(render(el('a', { gone: undefined }, undefined, el('b')))).toBe('<a>\n  <b/>\n</a>\n');
  });

  test('writes mixed content without adding white space', () => {
    expect(render(el('p', {}, 'before ', el('b', {}, 'bold'), el('i'), ' after'))).toBe(
      '<p>before <b>bold</b><i/> after</p>\n',
    );
  });

  test('escapes what a reader would otherwise change', () => {
    expect(render(el('a', { v: '<&">\t\n\r' }, '<&>"\t\r'))).toBe(
      '<a v="&lt;&amp;&quot;&gt;&#9;&#10;&#13;">&lt;&amp;&gt;"\t&#13;</a>\n',
    );
  });

  test('keeps characters outside the basic plane', () => {
    expect(render(el('a', {}, '😀é'))).toBe('<a>😀é</a>\n');
  });

  test.each([
    ['NUL', '\u0000', 'U+0000'],
    ['escape', '\u001b', 'U+001B'],
    ['a lone surrogate', '\ud800', 'U+D800'],
    ['a non-character', '\uffff', 'U+FFFF'],
  ])('refuses %s and says where', (_name, text, code) => {
    expect(() => render(el('name', {}, text))).toThrow(UnwritableText);
    expect(() => render(el('a', { title: text }))).toThrow(`a/@title contains ${code}`);
  });
});
