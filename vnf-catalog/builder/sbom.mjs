// The SBOM of an image, as CycloneDX JSON, from what the image recipe wrote of it: the Debian packages that the image has
// files of, the guest program and the programs of the VNF's own. No time, no serial number: the same image has the same SBOM.
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';

// `manifest`: image/build-image.sh; the text is that of a file.
export function sbomOf(image, sha256, manifest) {
  const bom = new Models.Bom();
  bom.metadata.component = new Models.Component(Enums.ComponentType.OperatingSystem, image, {
    bomRef: image,
    hashes: sha256Of(sha256),
  });
  for (const component of componentsOf(manifest)) bom.components.add(component);
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

const componentsOf = ({ distro, packages, buildHost, guestProgram, programs = {} }) => [
  ...debian(packages, distro),
  ...debian(buildHost.packages, buildHost.distro),
  new Models.Component(Enums.ComponentType.Application, 'berth-vnf', {
    bomRef: 'berth-vnf',
    description: 'The guest program of Berth (vnf-catalog/guest)',
    hashes: sha256Of(guestProgram.sha256),
  }),
  ...Object.entries(programs).map(([path, { sha256 }]) => ownProgram(path, sha256)),
];

const ownProgram = (path, sha256) =>
  new Models.Component(Enums.ComponentType.Application, `berth-${path.slice(path.lastIndexOf('/') + 1)}`, {
    bomRef: path,
    description: `A program of this VNF (/${path})`,
    hashes: sha256Of(sha256),
  });

const debian = (packages, distro) =>
  Object.entries(packages)
    .filter(([, { inImage }]) => inImage)
    .map(([name, facts]) => {
      const purl = purlOf(name, facts, distro);
      const { version } = facts;
      return new Models.Component(Enums.ComponentType.Library, name, { bomRef: purl, version, purl });
    });

// https://github.com/package-url/purl-spec: type deb; `upstream` is the source package, with its version where that differs.
function purlOf(name, { version, architecture, source, sourceVersion }, distro) {
  const upstream = sourceVersion === version ? source : `${source}@${sourceVersion}`;
  const qualifiers = { arch: architecture, distro, ...(upstream !== name && { upstream }) };
  const query = Object.entries(qualifiers).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  const vendor = distro.replace(/-.*/, '');
  return `pkg:deb/${vendor}/${encodeURIComponent(name)}@${encodeURIComponent(version)}?${query.join('&')}`;
}

const sha256Of = (hex) => new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], hex]]);
