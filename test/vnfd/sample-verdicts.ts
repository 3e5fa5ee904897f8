/**
 * The verdict on every sample of other projects, judged by hand against what the sample is for.
 *
 * Each flavour: VDUs, CPs, virtual links, external CPs, aspects, levels, affinity rules. A template without a VNF node
 * has no `descriptor_id`, so it is no VNFD: it is refused for exactly that (VNFD-VNF-MISSING), its topology is read and
 * checked all the same, and one that is valid has no other error but that it is a fragment. The packages are skeletons:
 * images and scripts were left out of them, so each is refused for what is missing, named one by one, and its VNFD is
 * read; an image that a VIM was to hold (described, no file) is IMAGE-NOT-INCLUDED.
 */
export interface Verdict {
  readonly shapes: readonly string[];
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** Absent when there are none. */
  readonly notes?: readonly string[];
}

export const templates: Readonly<Record<string, Verdict>> = {
  tosca_nfv_blockstorage: {
    shapes: ['default 0 0 0 0 0 0 0'],
    errors: ['VNFD-VNF-MISSING', 'VNFD-FLAVOUR-MISSING'],
    warnings: ['VNFD-EFFECT-MISSING'],
  },
  tosca_nfv_check_cp_order: {
    shapes: ['default 1 4 0 4 0 0 0'],
    errors: ['VNFD-VNF-MISSING'],
    warnings: ['VNFD-FLAVOUR-UNNAMED', 'VNFD-CP-UNMAPPED ×4'],
  },
  tosca_nfv_cp: {
    shapes: ['default 0 1 0 1 0 0 0'],
    errors: ['VNFD-VNF-MISSING', 'VNFD-FLAVOUR-MISSING', 'VNFD-CP-UNBOUND'],
    warnings: ['VNFD-CP-UNMAPPED'],
  },
  // baremetal is refused, the other four kinds are not.
  tosca_nfv_cp_with_extended_vnic_type: {
    shapes: ['default 0 5 0 5 0 0 0'],
    errors: ['VNFD-VNF-MISSING', 'VNFD-FLAVOUR-MISSING', 'VNFD-VNIC-UNSUPPORTED', 'VNFD-CP-UNBOUND ×5'],
    warnings: ['VNFD-CP-UNMAPPED ×5'],
  },
  // `leaf` is optional.
  tosca_nfv_non_leaf_in_vl: {
    shapes: ['default 0 0 1 0 0 0 0'],
    errors: ['VNFD-VNF-MISSING', 'VNFD-FLAVOUR-MISSING'],
    warnings: [],
    notes: ['VNFD-PROPERTY-UNUSED'],
  },
  // A step names a delta that is not there, so the level does not add up either.
  tosca_nfv_scaling_non_deltas_in_aspect_delta: {
    shapes: ['default 1 1 0 1 1 2 0'],
    errors: ['VNFD-VNF-MISSING', 'VNFD-DELTA-UNKNOWN', 'VNFD-LEVEL-DISAGREES'],
    warnings: ['VNFD-FLAVOUR-UNNAMED', 'VNFD-CP-UNMAPPED', 'VNFD-DELTA-UNUSED'],
  },
  tosca_nfv_scaling_non_target_vdu_in_aspect_delta: {
    shapes: ['default 1 1 0 1 1 2 0'],
    errors: ['VNFD-VNF-MISSING', 'VNFD-POLICY-TARGET-UNKNOWN'],
    warnings: ['VNFD-FLAVOUR-UNNAMED', 'VNFD-CP-UNMAPPED', 'VNFD-ASPECT-UNUSED'],
  },
  tosca_nfv_scaling_non_target_vdu_in_initial_delta: {
    shapes: ['default 1 1 0 1 1 2 0'],
    errors: ['VNFD-VNF-MISSING', 'VNFD-POLICY-TARGET-UNKNOWN'],
    warnings: ['VNFD-FLAVOUR-UNNAMED', 'VNFD-CP-UNMAPPED'],
  },
  tosca_nfv_vdu: {
    shapes: ['default 1 0 0 0 0 0 0'],
    errors: ['VNFD-VNF-MISSING'],
    warnings: ['VNFD-FLAVOUR-UNNAMED', 'VNFD-EXTCP-NONE'],
  },
  tosca_nfv_vdu_affinity_with_scope_nfvi: {
    shapes: ['default 2 0 0 0 0 0 2'],
    errors: ['VNFD-VNF-MISSING'],
    warnings: ['VNFD-FLAVOUR-UNNAMED', 'VNFD-EXTCP-NONE'],
  },
  // Berth knows all of its scopes; what is wrong is that `properties` stands twice in four VDUs.
  tosca_nfv_vdu_affinity_with_unsupported_scope: {
    shapes: ['default 6 0 0 0 0 0 6'],
    errors: ['YAML-DUPLICATE-KEY ×4', 'VNFD-VNF-MISSING'],
    warnings: ['VNFD-FLAVOUR-UNNAMED', 'VNFD-EXTCP-NONE', 'VNFD-EFFECT-MISSING'],
  },
  // Placement groups as targets are supported here: nothing but the VNF node is missing.
  tosca_nfv_vdu_affinity_with_unsupported_targets: {
    shapes: ['default 4 0 0 0 0 0 2'],
    errors: ['VNFD-VNF-MISSING'],
    warnings: ['VNFD-FLAVOUR-UNNAMED', 'VNFD-EXTCP-NONE'],
  },
  tosca_nfv_vdu_cp_vl_with_mixed_scaling: {
    shapes: ['default 2 2 1 1 1 2 0'],
    errors: ['VNFD-VNF-MISSING'],
    warnings: ['VNFD-FLAVOUR-UNNAMED', 'VNFD-CP-UNMAPPED'],
    notes: ['VNFD-PROPERTY-UNUSED ×2'],
  },
  // Mistakes of the sample: a level goes to 4 in an aspect that ends at 2, the levels of VDU2 target VDU1, and neither
  // list of levels has the third.
  tosca_nfv_vdu_cp_with_scaling_multi_aspects: {
    shapes: ['default 2 2 0 2 2 3 0'],
    errors: ['VNFD-VNF-MISSING', 'VNFD-LEVEL-SCALE-BOUNDS'],
    warnings: ['VNFD-FLAVOUR-UNNAMED', 'VNFD-CP-UNMAPPED ×2', 'VNFD-POLICY-TWICE', 'VNFD-LEVEL-INCOMPLETE ×2'],
  },
  tosca_nfv_vdu_with_compute_requirements: {
    shapes: ['default 1 0 0 0 0 0 0'],
    errors: ['VNFD-VNF-MISSING', 'VNFD-VDU-NO-IMAGE'],
    warnings: ['VNFD-FLAVOUR-UNNAMED', 'VNFD-REQUIREMENT-IGNORED', 'VNFD-EXTCP-NONE', 'VNFD-EFFECT-MISSING'],
  },
  // The extra specs are no map.
  tosca_nfv_vdu_with_invalid_compute_requirements: {
    shapes: ['default 1 0 0 0 0 0 0'],
    errors: ['VNFD-VNF-MISSING', 'VNFD-VDU-NO-IMAGE', 'VNFD-REQUIREMENT-VALUE'],
    warnings: ['VNFD-FLAVOUR-UNNAMED', 'VNFD-EXTCP-NONE', 'VNFD-EFFECT-MISSING'],
  },
  // A logical node without sizes is a hint about devices, no guest cell.
  tosca_nfv_vdu_with_logical_node: {
    shapes: ['default 1 0 0 0 0 0 0'],
    errors: ['VNFD-VNF-MISSING', 'VNFD-VDU-NO-IMAGE'],
    warnings: ['VNFD-FLAVOUR-UNNAMED', 'VNFD-EXTCP-NONE', 'VNFD-EFFECT-MISSING'],
  },
  // The storage is a VDU.
  tosca_nfv_vdu_with_unsupported_storage: {
    shapes: ['default 2 0 0 0 0 0 0'],
    errors: ['VNFD-VNF-MISSING', 'TOSCA-PROPERTY-MISSING ×2', 'VNFD-STORAGE-UNKNOWN', 'VNFD-VDU-NO-IMAGE ×2'],
    warnings: ['VNFD-FLAVOUR-UNNAMED', 'VNFD-EXTCP-NONE', 'VNFD-EFFECT-MISSING'],
  },
  tosca_nfv_vl: {
    shapes: ['default 0 0 1 0 0 0 0'],
    errors: ['VNFD-VNF-MISSING', 'VNFD-FLAVOUR-MISSING'],
    warnings: [],
    notes: ['VNFD-PROPERTY-UNUSED'],
  },
  // odu2 and pseudo-wire; mpls rides in Ethernet frames.
  tosca_nfv_vl_with_unsupported_protocol: {
    shapes: ['default 0 0 6 0 0 0 0'],
    errors: ['VNFD-VNF-MISSING', 'VNFD-FLAVOUR-MISSING', 'VNFD-LAYER-UNSUPPORTED ×2'],
    warnings: [],
    notes: ['VNFD-PROPERTY-UNUSED ×6'],
  },
  tosca_nfv_vnf: { shapes: [], errors: ['VNFD-FLAVOUR-MISSING'], warnings: [] },
  tosca_nfv_vnf_vdu_cp_vl_blockstorage_with_scaling: {
    shapes: ['simple 1 1 1 0 1 2 0'],
    errors: [],
    warnings: ['VNFD-EXTCP-NONE', 'VNFD-EFFECT-MISSING'],
    notes: ['VNFD-PROPERTY-UNUSED'],
  },
};

export const packages: Readonly<Record<string, Verdict>> = {
  'o-ran-sc/vnf': {
    shapes: ['simple 1 1 1 0 0 0 0'],
    errors: ['IMAGE-MISSING'],
    warnings: ['MF-MISSING', 'PKG-CHANGE-LOG-MISSING', 'VNFD-MAPPING-EMPTY', 'VNFD-EXTCP-NONE'],
    notes: ['VNFD-PROPERTY-UNUSED'],
  },
  'o-ran-sc/vnf_v2': {
    shapes: ['simple 2 2 1 0 1 2 1'],
    errors: ['IMAGE-NOT-INCLUDED ×2'],
    warnings: ['MF-MISSING', 'PKG-CHANGE-LOG-MISSING', 'VNFD-EXTCP-NONE', 'VNFD-SCRIPT-IGNORED ×6'],
    notes: ['VNFD-PROPERTY-UNUSED ×4'],
  },
  // The older data model of ONAP: read as far as it goes.
  'onap/hpa': {
    shapes: ['default 1 1 0 1 0 0 0'],
    errors: [
      'VNFD-VNF-MISSING',
      'TOSCA-PROPERTY-MISSING',
      'TOSCA-INPUT-UNDECLARED',
      'VNFD-STORAGE-UNKNOWN',
      'VNFD-IMAGE-INCOMPLETE',
    ],
    warnings: [
      'MF-MISSING',
      'PKG-CHANGE-LOG-MISSING',
      'VNFD-FLAVOUR-UNNAMED',
      'TOSCA-PROPERTY-UNKNOWN ×5',
      'VNFD-NODE-IGNORED',
      'VNFD-REQUIREMENT-IGNORED',
      'VNFD-CP-UNMAPPED',
    ],
    notes: ['VNFD-PROPERTY-UNUSED'],
  },
  'tacker/etsi_nfv/sample_vnf_package_csar_in_meta_and_manifest': {
    shapes: [],
    errors: ['META-FILE-MISSING', 'DIGEST-SOURCE-MISSING ×4'],
    warnings: ['MF-METADATA-MISSING ×4'],
  },
  // The manifest that TOSCA.meta names is not there.
  'tacker/etsi_nfv/sample_vnf_package_csar_in_meta_and_manifest_false': {
    shapes: [],
    errors: ['META-FILE-MISSING ×2'],
    warnings: [],
  },
  // SHA-255.
  'tacker/etsi_nfv/sample_vnf_package_csar_in_meta_and_manifest_false_algorithm': {
    shapes: [],
    errors: ['META-FILE-MISSING', 'DIGEST-SOURCE-MISSING', 'DIGEST-ALGORITHM'],
    warnings: ['MF-MISSING'],
  },
  // 62 digits of 64.
  'tacker/etsi_nfv/sample_vnf_package_csar_in_meta_and_manifest_false_hash': {
    shapes: [],
    errors: ['META-FILE-MISSING', 'DIGEST-SOURCE-MISSING', 'DIGEST-HASH-FORM'],
    warnings: ['MF-MISSING'],
  },
  // Scripts/install.s; the other false ones name install.sh, which the skeleton leaves out.
  'tacker/etsi_nfv/sample_vnf_package_csar_in_meta_and_manifest_false_source': {
    shapes: [],
    errors: ['META-FILE-MISSING', 'DIGEST-SOURCE-MISSING'],
    warnings: ['MF-MISSING'],
  },
  // No Algorithm.
  'tacker/etsi_nfv/sample_vnf_package_csar_in_meta_and_manifest_missing_key': {
    shapes: [],
    errors: ['DIGEST-INCOMPLETE', 'META-FILE-MISSING'],
    warnings: ['MF-MISSING'],
  },
  // Algorithm without a value.
  'tacker/etsi_nfv/sample_vnf_package_csar_in_meta_and_manifest_missing_value': {
    shapes: [],
    errors: ['DIGEST-INCOMPLETE', 'META-FILE-MISSING'],
    warnings: ['MF-MISSING'],
  },
  // VNF1.mf beside VNF.yaml.
  'tacker/etsi_nfv/sample_vnf_package_csar_in_single_manifest_false_name': {
    shapes: ['simple 2 3 1 1 1 2 0'],
    errors: ['MF-NAME', 'IMAGE-MISSING ×2'],
    warnings: ['PKG-CHANGE-LOG-MISSING', 'VNFD-EFFECT-MISSING ×2'],
    notes: ['VNFD-PROPERTY-UNUSED ×2'],
  },
  'tacker/etsi_nfv/sample_vnf_package_csar_manifest': {
    shapes: ['simple 2 3 1 1 1 2 0'],
    errors: ['DIGEST-SOURCE-MISSING ×3', 'IMAGE-MISSING ×2'],
    warnings: ['PKG-CHANGE-LOG-MISSING', 'MF-METADATA-MISSING ×4', 'MF-UNLISTED', 'VNFD-EFFECT-MISSING ×2'],
    notes: ['VNFD-PROPERTY-UNUSED ×2'],
  },
  'tacker/etsi_nfv/sample_vnf_package_csar_meta': {
    shapes: [],
    errors: ['META-FILE-MISSING', 'DIGEST-SOURCE-MISSING'],
    warnings: ['MF-MISSING'],
  },
  'tacker/etsi_nfv/sample_vnf_package_csar_meta_in_manifest': {
    shapes: [],
    errors: ['META-FILE-MISSING', 'DIGEST-SOURCE-MISSING ×3'],
    warnings: ['MF-METADATA-MISSING ×4'],
  },
  'tacker/etsi_nfv/sample_vnf_package_csar_with_short_notation': {
    shapes: ['simple 2 3 1 1 0 0 0'],
    errors: ['DIGEST-SOURCE-MISSING', 'IMAGE-MISSING ×2'],
    warnings: ['MF-MISSING', 'PKG-CHANGE-LOG-MISSING', 'VNFD-EFFECT-MISSING ×2'],
    notes: ['VNFD-PROPERTY-UNUSED'],
  },
  // Its mappings name connection points that it does not have.
  'tacker/free5gc/sample_free5gc_vnf_package': {
    shapes: ['simple 1 2 0 2 1 2 0'],
    errors: ['DIGEST-SOURCE-MISSING ×2', 'DIGEST-HASH-FORM', 'VNFD-MAPPING-UNKNOWN ×3', 'IMAGE-NOT-INCLUDED'],
    warnings: [
      'MF-MISSING',
      'PKG-CHANGE-LOG-MISSING',
      'VNFD-CP-ORDER',
      'VNFD-CP-UNMAPPED ×2',
      'VNFD-SCRIPT-IGNORED ×5',
    ],
    notes: ['VNFD-PROPERTY-UNUSED'],
  },
  'tacker/free5gc/sample_free5gc_vnf_package_scope_nfvi_node': {
    shapes: ['simple 1 2 0 2 1 2 1'],
    errors: ['DIGEST-SOURCE-MISSING ×2', 'IMAGE-NOT-INCLUDED'],
    warnings: ['MF-MISSING', 'PKG-CHANGE-LOG-MISSING', 'VNFD-CP-ORDER', 'VNFD-SCRIPT-IGNORED ×5'],
    notes: ['VNFD-PROPERTY-UNUSED'],
  },
  'tacker/practical_vnf_package': {
    shapes: ['ha 2 2 1 4 0 0 1', 'scalable 3 6 1 3 1 2 1'],
    errors: ['IMAGE-NOT-INCLUDED ×3'],
    warnings: [
      'MF-MISSING',
      'PKG-CHANGE-LOG-MISSING',
      'VNFD-EXTCP-LINK-SHARED ×3',
      'VNFD-EFFECT-MISSING ×9',
      'VNFD-CP-ORDER ×3',
      'VNFD-LEVEL-DEFAULT-MISSING',
      'VNFD-AFFINITY-LINK-APART',
    ],
    notes: ['VNFD-PROPERTY-UNUSED ×9'],
  },
  'tacker/sample_vnf_package_csar': {
    shapes: ['simple 1 1 1 0 0 0 0'],
    errors: ['IMAGE-MISSING'],
    warnings: ['MF-MISSING', 'PKG-CHANGE-LOG-MISSING', 'VNFD-MAPPING-EMPTY', 'VNFD-EXTCP-NONE'],
    notes: ['VNFD-PROPERTY-UNUSED'],
  },
};
