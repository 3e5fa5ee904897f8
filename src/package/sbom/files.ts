/**
 * Which files of a package are taken for SBOMs in CycloneDX JSON, by their names: SOL004 gives them no place.
 */
import { baseNameOf } from '../../shared/package-path.js';

/** `bom.json`, `sbom.json`, `NAME.cdx.json`, `NAME.bom.json`, `NAME-sbom.json`, `NAME_cyclonedx.json` and the like. */
const sbomName = /(?:^|[._-])(?:s?bom|cdx|cyclonedx)\.json$/i;

export const isSbomPath = (path: string): boolean => sbomName.test(baseNameOf(path));

/** `Files/images/router.cdx.json` -> `router`; empty when the name has nothing else in it. */
export const sbomStem = (path: string): string => baseNameOf(path).replace(sbomName, '');
