/**
 * What is answered of software components: each with the package that brings it, and where it runs.
 */
import { Type } from 'typebox';
import { text } from '../schemas/shared.js';

const count = Type.Integer({ minimum: 1 });

const runningInstance = Type.Object({
  id: text,
  vnfInstanceName: Type.Optional(text),
  vnfcs: Type.Array(Type.Object({ id: text, vduId: text, hostId: text })),
  vnfcsLeftOut: Type.Optional(count),
});

export const componentOfPackage = Type.Object({
  component: Type.Object({
    name: text,
    group: Type.Optional(text),
    version: Type.Optional(text),
    purl: Type.Optional(text),
  }),
  package: Type.Object({
    vnfPkgId: text,
    vnfdId: text,
    vnfProvider: text,
    vnfProductName: text,
    vnfSoftwareVersion: text,
    /** The file that names the component. */
    sbom: text,
  }),
  /** Absent: the SBOM describes the package as a whole. */
  image: Type.Optional(Type.Object({ path: text, sha256: text })),
  vnfInstances: Type.Optional(Type.Array(runningInstance)),
  vnfInstancesLeftOut: Type.Optional(count),
});
