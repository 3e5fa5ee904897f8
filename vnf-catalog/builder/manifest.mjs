// The two files that describe a VNF package (SOL004): TOSCA.meta and the manifest with a digest per file.
import { createHash } from 'node:crypto';

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

export function toscaMeta(name) {
  return lines([
    'TOSCA-Meta-File-Version: 1.0',
    'CSAR-Version: 1.1',
    'Created-By: Berth',
    `Entry-Definitions: Definitions/${name}.yaml`,
    `ETSI-Entry-Manifest: Definitions/${name}.mf`,
    'ETSI-Entry-Change-Log: ChangeLog.txt',
    'ETSI-Entry-Licenses: Licenses',
  ]);
}

// `entries` is every other file of the package: path to bytes.
export function manifest(vnf, releasedAt, entries) {
  const digests = [...entries].flatMap(([path, bytes]) => [
    '',
    `Source: ${path}`,
    'Algorithm: SHA-256',
    `Hash: ${sha256(bytes)}`,
  ]);
  return lines([
    'metadata:',
    `  vnf_product_name: ${vnf.product_name}`,
    `  vnf_provider_id: ${vnf.provider}`,
    `  vnf_package_version: ${vnf.descriptor_version}`,
    `  vnf_release_date_time: ${releasedAt}`,
    `  vnf_software_version: ${vnf.software_version}`,
    `  vnfd_id: ${vnf.descriptor_id}`,
    `  vnfm_info: ${vnf.vnfm_info.join(', ')}`,
    '  compatible_specification_versions: 3.3.1',
    ...digests,
  ]);
}

const lines = (all) => Buffer.from(`${all.join('\n')}\n`);
