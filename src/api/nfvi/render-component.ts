/**
 * Components of SBOMs with where they run, for one answer: what its components share is read once.
 */
import type { PackageRecords, VnfPkgHead } from '../../store/packages.js';
import type { KnownComponent, KnownSbom, Sboms } from '../../store/sbom.js';
import type { Static } from 'typebox';
import type { VnfInstance } from '../../lifecycle/model.js';
import { defined } from '../../shared/defined.js';
import type { VnfPkgId } from '../../shared/ids.js';
import type { componentOfPackage } from './sbom-schemas.js';

type Body = Static<typeof componentOfPackage>;
type Running = Pick<Body, 'vnfInstances' | 'vnfInstancesLeftOut'>;

/** Listed of one component; how many more there are is said. */
const most = { instances: 20, vnfcs: 50 };

export class ComponentRendering {
  private readonly packages = new Map<string, Promise<VnfPkgHead | undefined>>();
  private readonly sboms = new Map<string, Promise<readonly KnownSbom[]>>();
  private readonly running = new Map<string, Promise<Running>>();

  /** `only`: of all instances this one. */
  constructor(
    private readonly store: Pick<PackageRecords, 'packagePage'> & Pick<Sboms, 'sbomsOf' | 'instantiatedOf'>,
    private readonly only?: VnfInstance,
  ) {}

  /** Undefined: the package is gone by now. */
  async render(component: KnownComponent, whole: boolean): Promise<Body | undefined> {
    const { packageId, sbom: no, seq: _place, ...itself } = component;
    const head = await once(this.packages, packageId, () => this.packageOf(packageId));
    const sboms = await once(this.sboms, packageId, () => this.store.sbomsOf(packageId));
    const sbom = sboms.find((each) => each.no === no);
    const vnfd = head?.summary?.vnfd;
    if (vnfd === undefined || sbom === undefined) return undefined;
    const { path, image } = sbom;
    const running = whole && (await once(this.running, `${packageId}/${no}`, () => this.runningOf(packageId, sbom)));
    return {
      component: itself,
      package: {
        ...{ vnfPkgId: packageId, vnfdId: vnfd.id, vnfProvider: vnfd.provider },
        ...{ vnfProductName: vnfd.productName, vnfSoftwareVersion: vnfd.softwareVersion, sbom: path },
      },
      ...(image && { image: { path: image.path, sha256: image.sha256 } }),
      ...running,
    };
  }

  private async packageOf(id: VnfPkgId): Promise<VnfPkgHead | undefined> {
    const [head] = await this.store.packagePage({ limit: 1 }, { ids: [id] });
    return head;
  }

  private async runningOf(id: VnfPkgId, sbom: KnownSbom): Promise<Running> {
    const flavours = sbom.image && [...new Set(sbom.image.vdus.map(({ flavourId }) => flavourId))];
    const { instances, count } = this.only
      ? { instances: [this.only], count: 1 }
      : await this.store.instantiatedOf(id, flavours, most.instances);
    const leftOut = count - instances.length;
    return {
      vnfInstances: instances.flatMap((instance) => instanceOf(instance, sbom)),
      ...(leftOut > 0 && { vnfInstancesLeftOut: leftOut }),
    };
  }
}

async function once<T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const value = known.get(key) ?? read();
  known.set(key, value);
  return value;
}

/** VNFCs of an instance that have a disk of what the SBOM describes. */
export function vnfcsWith({ instantiated }: VnfInstance, { image }: KnownSbom) {
  return (instantiated?.vnfcs ?? []).filter(
    ({ vduId }) =>
      image === undefined || image.vdus.some((vdu) => vdu.flavourId === instantiated?.flavourId && vdu.vduId === vduId),
  );
}

function instanceOf(instance: VnfInstance, sbom: KnownSbom): NonNullable<Running['vnfInstances']> {
  const vnfcs = vnfcsWith(instance, sbom);
  if (vnfcs.length === 0) return [];
  const { id, vnfInstanceName } = instance;
  const leftOut = vnfcs.length - most.vnfcs;
  return [
    {
      id,
      ...defined({ vnfInstanceName }),
      vnfcs: vnfcs.slice(0, most.vnfcs).map((vnfc) => ({ id: vnfc.id, vduId: vnfc.vduId, hostId: vnfc.hostId })),
      ...(leftOut > 0 && { vnfcsLeftOut: leftOut }),
    },
  ];
}
