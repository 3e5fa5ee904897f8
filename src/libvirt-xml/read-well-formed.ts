/**
 * Whether a text is well-formed XML at all. libvirt's own documents are; one that a caller hands in may not be.
 */
import { XMLValidator } from 'fast-xml-parser';

/** Where and why it is not; undefined when it is. */
export function whyMalformed(text: string): string | undefined {
  const verdict = XMLValidator.validate(text);
  return verdict === true ? undefined : `line ${String(verdict.err.line)}: ${verdict.err.msg}`;
}
