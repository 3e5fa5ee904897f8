/**
 * Codes of findings about what Berth reads and does not carry out, and about what nothing in a flavour uses; a part of
 * the table in `finding-codes.ts`.
 */
import type { FindingKind } from '../shared/finding.js';

export const effectCodes = {
  'VNFD-EFFECT-MISSING': {
    severity: 'warning',
    meaning: 'A property asks for something that Berth does not do; the VNF runs without it.',
    fix: 'Check that the VNF does without it, or let it do it itself.',
  },
  'VNFD-PROPERTY-UNUSED': {
    severity: 'info',
    meaning: 'Properties or a policy are read and checked, and change nothing in Berth.',
    fix: 'Nothing; they are for other readers of the VNFD.',
  },
  'VNFD-LINK-UNUSED': {
    severity: 'warning',
    meaning: 'A virtual link has no connection point: the network is made, and nobody is in it.',
    fix: 'Link a connection point to it, or remove it.',
  },
  'VNFD-LINK-ADDRESSES': {
    severity: 'warning',
    meaning: 'The L3 data of a virtual link disagree: prefix, version, gateway and pools are not of one subnet.',
    fix: 'Let gateway and pools lie within `cidr`, and `ip_version` name its version.',
  },
  'VNFD-STORAGE-UNUSED': {
    severity: 'warning',
    meaning: 'A storage is attached to no VDU; Berth makes no volume of it.',
    fix: 'Name it in the `virtual_storage` of a VDU, or remove it.',
  },
  'VNFD-POLICY-TWICE': {
    severity: 'warning',
    meaning: 'Two policies say the same thing of one VDU: its initial delta, its deltas of one aspect, or its levels.',
    fix: 'Keep one of the two; Berth takes the last.',
  },
  'VNFD-LEVEL-INCOMPLETE': {
    severity: 'warning',
    meaning: 'VduInstantiationLevels says nothing of an instantiation level.',
    fix: 'Give `number_of_instances` for every level.',
  },
  'VNFD-AFFINITY-CONTRADICTS': {
    severity: 'error',
    meaning: 'An affinity and an anti-affinity rule of one scope bind the same VDUs: no placement satisfies both.',
    fix: 'Remove one of the rules, or give them different scopes.',
  },
} as const satisfies Record<string, FindingKind>;
