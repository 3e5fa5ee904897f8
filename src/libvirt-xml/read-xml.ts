/**
 * libvirt's own XML documents (capabilities, live domains, pools …) as a tree. White space between elements is
 * dropped, entities and character references are resolved; nothing else is interpreted, so that `render` and this
 * are inverse.
 */
import { XMLParser } from 'fast-xml-parser';
import { isElement, type XmlElement, type XmlNode } from './xml/element.js';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  trimValues: false,
  // Without it `&#10;` stays as it is.
  htmlEntities: true,
});

/** fast-xml-parser's shape: one key names the element or text, `:@` holds the attributes. */
type Raw = Readonly<Record<string, unknown>>;

/** Throws when the text is not one XML element. */
export function readXml(text: string): XmlElement {
  const root = nodes(parser.parse(text) as unknown).find(isElement);
  if (root === undefined) throw new Error('The text holds no XML element.');
  return root;
}

function nodes(raw: unknown): readonly XmlNode[] {
  const all = Array.isArray(raw) ? raw.map((item: Raw) => node(item)) : [];
  return all.some(isElement) ? all.filter((each) => isElement(each) || each.trim() !== '') : all;
}

function node(raw: Raw): XmlNode {
  const [name = ''] = Object.keys(raw).filter((key) => key !== ':@');
  if (name === '#text') return String(raw[name]);
  return { name, attributes: attributes(raw[':@']), children: nodes(raw[name]) };
}

function attributes(raw: unknown): Readonly<Record<string, string>> {
  if (typeof raw !== 'object' || raw === null) return {};
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, String(value)]));
}
