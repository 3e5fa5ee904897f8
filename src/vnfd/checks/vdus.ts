/**
 * A VDU can be instantiated: bounds in order, something to boot from, storages that exist.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import { nodeWithRole, perhapsNode, type FlavourSource } from '../flavour-source.js';
import { imageArtifact, imageData } from '../read-image.js';
import { child } from '../../tosca/tree.js';
import type { Flavour, Vdu } from '../model.js';

export const checkVdus = (source: FlavourSource, flavour: Flavour): readonly Finding[] =>
  flavour.vdus.flatMap((vdu) => [
    ...checkProfile(vdu, source),
    ...checkStorages(vdu, source, flavour),
    ...checkBootable(vdu, source, flavour),
  ]);

function checkProfile(vdu: Vdu, source: FlavourSource): readonly Finding[] {
  if (vdu.minInstances <= vdu.maxInstances) return [];
  const node = source.byId.get(vdu.id);
  const at = child(node?.properties, 'vdu_profile')?.at ?? node?.at ?? source.at;
  const message = `\`${vdu.id}\` permits at least ${vdu.minInstances} and at most ${vdu.maxInstances} instances.`;
  return [found('VNFD-PROFILE-BOUNDS', at, message)];
}

function checkStorages(vdu: Vdu, source: FlavourSource, flavour: Flavour): readonly Finding[] {
  const known = new Set(flavour.storages.map(({ id }) => id));
  const requirements = nodeWithRole(source, vdu.id, 'vdu')?.requirements ?? [];
  return requirements
    .filter(({ name, target }) => name === 'virtual_storage' && !known.has(target ?? ''))
    .map(({ target, at }) => {
      if (target === undefined) {
        const message = `\`virtual_storage\` of \`${vdu.id}\` names no storage.`;
        return found('VNFD-STORAGE-UNKNOWN', at, message);
      }
      const meant = perhapsNode(source, target, 'block-storage', 'object-storage', 'file-storage');
      const message = `\`${vdu.id}\` attaches \`${target}\`, which is no storage of this flavour${meant}.`;
      return found('VNFD-STORAGE-UNKNOWN', at, message);
    });
}

function checkBootable(vdu: Vdu, source: FlavourSource, flavour: Flavour): readonly Finding[] {
  const attached = flavour.storages.filter(({ id }) => vdu.storageIds.includes(id));
  if (vdu.image !== undefined || attached.some(({ image }) => image !== undefined)) return [];
  const node = source.byId.get(vdu.id);
  // Half an image has a finding of its own.
  if (node !== undefined && (imageArtifact(node) ?? imageData(node)) !== undefined) return [];
  const at = node?.at ?? source.at;
  return [found('VNFD-VDU-NO-IMAGE', at, `\`${vdu.id}\` has nothing to boot from.`)];
}
