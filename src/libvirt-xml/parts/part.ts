/**
 * What a part is: one concern of a domain, from its specification to the elements it adds. A part sees the whole
 * specification, never another part's output, so that each is proved by what it adds and nothing else.
 */
import type { XmlElement } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';

export interface Contribution {
  /** Directly below `<domain>`. */
  readonly top?: readonly XmlElement[];
  /** Below `<devices>`. */
  readonly devices?: readonly XmlElement[];
}

export type Part = (spec: DomainSpec) => Contribution;
