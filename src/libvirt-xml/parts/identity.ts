/**
 * Who the domain is and whose: name, UUID (the VNFC's id), title, and the owner in metadata, where the reconciler
 * finds it again on a host that Berth has forgotten.
 */
import { el } from '../xml/element.js';
import type { DomainOwner, DomainSpec } from '../domain-spec.js';
import type { Contribution } from './part.js';

/** Changes only with an incompatible change of the owner element. */
export const ownerNamespace = 'urn:berth:domain:1';

export function identity(spec: DomainSpec): Contribution {
  return {
    top: [
      el('name', {}, oneLine('name', withoutSlash(spec.name))),
      el('uuid', {}, spec.uuid),
      el('title', {}, oneLine('title', spec.title)),
      el('metadata', {}, owner(spec.owner)),
    ],
  };
}

const owner = (of: DomainOwner) =>
  el('berth:owner', {
    'xmlns:berth': ownerNamespace,
    installationId: of.installationId,
    vnfInstanceId: of.vnfInstanceId,
    vnfcId: of.vnfcId,
    vduId: of.vduId,
    vnfdId: of.vnfdId,
  });

/** libvirt refuses line ends in names and titles; saying so here names the text instead of a line of XML. */
function oneLine(what: string, text: string): string {
  if (/[\r\n]/.test(text)) throw new RangeError(`the domain's ${what} ${JSON.stringify(text)} holds a line end`);
  return text;
}

/** A name becomes a file name on the host. */
function withoutSlash(name: string): string {
  if (name.includes('/')) throw new RangeError(`the domain's name ${JSON.stringify(name)} holds a slash`);
  return name;
}
