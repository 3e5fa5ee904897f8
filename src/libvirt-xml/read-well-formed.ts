/**
 * Whether a text is well-formed XML at all. libvirt's own documents are; one that a caller hands in may not be.
 */
import type { XmlElement } from './xml/element.js';
import { MalformedXml, readXml } from './read-xml.js';

/** Its root, or where and why it is not. */
export function readWellFormed(text: string): XmlElement | string {
  try {
    return readXml(text);
  } catch (error) {
    if (error instanceof MalformedXml) return error.message;
    throw error;
  }
}
