/**
 * The PCI functions of a VNFC where they are now. Addresses change when buses are renumbered, so a definition is brought up to
 * date before it starts.
 */
import { EngineError, type Engine } from '../../engine/engine.js';
import type { Vnfc } from '../../lifecycle/model.js';
import { isAddress } from '../../inventory/renumbering.js';
import { movedCard, movedDefinition, type WantedFunction } from '../../libvirt-xml/moved-definition.js';

/** What the definition of the VNFC has to name. */
export function wantedFunctions({ cps, placement }: Vnfc): readonly WantedFunction[] {
  const of = new Map(placement.pciFunctions.map((one) => [one.cpdId, one.address]));
  return cps
    .filter(({ unplugged }) => unplugged !== true)
    .toSorted((one, other) => one.order - other.order)
    .flatMap(({ cpdId, mac }) => {
      const address = of.get(cpdId);
      return address === undefined ? [] : [{ mac, address }];
    });
}

/** Throws when a function is not on the host: at the address of before may be one of somebody else. */
export async function ensureFunctions(engine: Engine, vnfc: Vnfc): Promise<void> {
  const wanted = wantedFunctions(vnfc);
  for (const { address } of wanted) refuseMissing(vnfc, address);
  const xml = movedDefinition(await engine.domainXml(vnfc.id, 'defined'), wanted);
  if (xml !== undefined) await engine.ensureDomain(xml);
}

function refuseMissing({ id, hostId }: Vnfc, address: string): void {
  if (isAddress(address)) return;
  const text = `PCI function ${address} of VNFC ${id} is not on host ${hostId} since buses were renumbered: put its card back and retry, or terminate the VNF, or scale it in`;
  throw new EngineError('Rejected', hostId, text);
}

/** The card of a connection point with its function where it is now; throws when that is not on the host. */
export function cardNow(card: string, vnfc: Vnfc, cpdId: string): string {
  const address = vnfc.placement.pciFunctions.find((one) => one.cpdId === cpdId)?.address;
  if (address === undefined) return card;
  refuseMissing(vnfc, address);
  return movedCard(card, address);
}
