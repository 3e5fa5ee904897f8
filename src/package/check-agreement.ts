/**
 * The manifest's metadata and the VNFD name the same VNF (SOL004 clause 4.3.2).
 */
import type { Vnfd } from '../vnfd/model.js';
import type { Finding } from '../shared/finding.js';
import { found } from './finding-codes.js';
import type { Manifest } from './manifest.js';

export function checkAgreement(manifest: Manifest, vnfd: Vnfd): readonly Finding[] {
  const pairs: readonly (readonly [string, string, string])[] = [
    ['vnf_provider_id', 'provider', vnfd.provider],
    ['vnf_product_name', 'product_name', vnfd.productName],
    ['vnf_software_version', 'software_version', vnfd.softwareVersion],
    ['vnfd_id', 'descriptor_id', vnfd.id],
  ];
  return pairs.flatMap(([key, property, value]) => {
    const said = manifest.metadata[key];
    if (said === undefined || said === '' || said === value) return [];
    const message = `The manifest has ${key} \`${said}\`; the VNFD has ${property} \`${value}\`.`;
    return [found('MF-DISAGREES', { file: manifest.path }, message)];
  });
}
