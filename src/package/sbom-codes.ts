/** Codes of findings about SBOMs. None is an error: what runs does not depend on them. */
import type { FindingKind } from '../shared/finding.js';

export const sbomCodes = {
  'SBOM-UNREADABLE': {
    severity: 'warning',
    meaning: 'A file that is named as an SBOM in CycloneDX JSON cannot be read as one; its components are not known.',
    fix: 'Write it as CycloneDX JSON (`bomFormat` is `CycloneDX`), or give the file another name.',
  },
  'SBOM-LEFT-OUT': {
    severity: 'warning',
    meaning: 'SBOMs of the package are larger or more than Berth reads; what is beyond is not found by look-ups.',
    fix: 'Leave out files and dependencies of no interest, and write one SBOM per image.',
  },
  'SBOM-COMPONENT': {
    severity: 'warning',
    meaning:
      'Components of an SBOM are not as CycloneDX has them. Without a name they are left out; else they are kept without what is wrong.',
    fix: 'Give each component a `name`, and `group`, `version` and `purl` as text in one line.',
  },
  'SBOM-OTHER-IMAGE': {
    severity: 'warning',
    meaning: 'An SBOM has the name of a software image and the digest of another: it is of an earlier build, perhaps.',
    fix: 'Make the SBOM of the image that is in the package.',
  },
} as const satisfies Record<string, FindingKind>;
