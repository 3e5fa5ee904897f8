/**
 * Every property that a schema knows is acted on, described, or said to have no effect: a new property of a schema that
 * nobody has decided on fails here.
 */
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { noted } from '../../src/vnfd/checks/effects.js';
import { type TypeRole } from '../../src/vnfd/roles.js';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
}

const schemaOf = (name: string): Schema =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../descriptors/schemas/${name}.json`), 'utf8')) as Schema;

/** Properties two levels deep, a map's own name where what stands below is known. */
const namesIn = ({ properties = {} }: Schema): readonly string[] =>
  Object.entries(properties).flatMap(([name, { properties: below }]) =>
    below === undefined ? [name] : Object.keys(below).map((key) => `${name}/${key}`),
  );

/** What readers use, or what only describes; by schema. */
const actedOn: readonly (readonly [schema: string, role: TypeRole, prefix: string, names: readonly string[]])[] = [
  [
    'vdu-compute',
    'vdu',
    '',
    ['name', 'description', 'boot_order', 'nfvi_constraints', 'sw_image_data', 'boot_data/content_or_file_data', 'vdu_profile/min_number_of_instances', 'vdu_profile/max_number_of_instances'],
  ],
  [
    'virtual-compute',
    'vdu',
    'virtual_compute/',
    ['virtual_memory/virtual_mem_size', 'virtual_memory/vdu_mem_requirements', 'virtual_memory/vdu_memory_requirements', 'virtual_memory/numa_enabled', 'virtual_memory/huge_pages_requirements', 'virtual_cpu/num_virtual_cpu', 'virtual_cpu/cpu_architecture', 'virtual_cpu/virtual_cpu_oversubscription_policy', 'virtual_cpu/vdu_cpu_requirements', 'virtual_cpu/virtual_cpu_pinning', 'virtual_local_storage', 'logical_node', 'requested_additional_capabilities', 'compute_requirements'],
  ],
  ['block-storage', 'block-storage', '', ['virtual_block_storage_data/size_of_storage', 'sw_image_data', 'per_vnfc_instance']],
  // Frames pass as they are, tags included; addresses come with the request. `role` describes: a link of Berth is no tree.
  ['vdu-cp', 'cp', '', ['layer_protocols', 'description',
      'role', 'protocol', 'trunk_mode', 'virtual_network_interface_requirements', 'order', 'vnic_type', 'bitrate_requirement']],
  ['vnf-ext-cp', 'ext-cp', '', ['layer_protocols', 'description', 'role', 'protocol', 'trunk_mode']],
  ['virtual-link', 'virtual-link', '', ['connectivity_type/layer_protocols', 'connectivity_type/flow_pattern', 'description', 'vl_profile/virtual_link_protocol_data']],
  [
    'vnf',
    'vnf',
    '',
    ['descriptor_id', 'descriptor_version', 'provider', 'product_name', 'software_version', 'product_info_name', 'product_info_description', 'vnfm_info', 'localization_languages', 'default_localization_language', 'flavour_id', 'flavour_description', 'lcm_operations_configuration/scale', 'lcm_operations_configuration/instantiate'],
  ],
]; // prettier-ignore

test.each(actedOn)('no property of %s is read past without a word', (schema, role, prefix, names) => {
  const said = noted(role).map((path) => path.split('/<id>')[0] ?? path);
  const silent = namesIn(schemaOf(schema)).filter(
    (name) =>
      !names.includes(name) && !said.some((path) => path === prefix + name || prefix + name === path.split('/')[0]),
  );
  expect(silent).toEqual([]);
  expect(names.filter((name) => !namesIn(schemaOf(schema)).includes(name))).toEqual([]);
});
