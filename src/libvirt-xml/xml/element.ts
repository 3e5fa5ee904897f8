/**
 * An XML document as a typed, immutable tree. Parts build it with `el`, `render.ts` writes it, `parse.ts` reads it.
 */
export interface XmlElement {
  /** As written, prefix included: `berth:owner`. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
}

/** An element or a run of text. */
export type XmlNode = XmlElement | string;

/** Booleans are written `yes` and `no`, as libvirt does. Undefined attributes are left out. */
export type AttributeValue = string | number | boolean | undefined;

/** Undefined children are left out, so that a part can say `condition ? el(…) : undefined`. */
export type Child = XmlNode | number | undefined;

export function el(
  name: string,
  attributes: Readonly<Record<string, AttributeValue>> = {},
  ...children: readonly Child[]
): XmlElement {
  const written: Record<string, string> = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) written[key] = attributeText(value);
  }
  return { name, attributes: written, children: children.flatMap(nodeOf) };
}

export const isElement = (node: XmlNode): node is XmlElement => typeof node !== 'string';

/** Child elements, only those called `name` when it is given. */
export function elements(parent: XmlElement | undefined, name?: string): readonly XmlElement[] {
  const children = parent?.children.filter(isElement) ?? [];
  return name === undefined ? children : children.filter((child) => child.name === name);
}

/** The first element down the path, e.g. `find(domain, 'devices', 'emulator')`. */
export function find(from: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((parent, name) => elements(parent, name)[0], from);
}

/** The text directly inside an element; empty when there is none or no element. */
export const textOf = (element: XmlElement | undefined): string =>
  element?.children.filter((child) => typeof child === 'string').join('') ?? '';

function attributeText(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

function nodeOf(child: Child): readonly XmlNode[] {
  if (child === undefined) return [];
  return [typeof child === 'number' ? String(child) : child];
}
