/**
 * Single values out of libvirt's elements.
 */
import type { XmlElement } from './xml/element.js';

export const attribute = (element: XmlElement | undefined, name: string): string | undefined =>
  element?.attributes[name];

export function numberOf(element: XmlElement | undefined, name: string): number | undefined {
  const text = attribute(element, name);
  return text === undefined ? undefined : Number(text);
}

const bytesPer: Readonly<Record<string, number>> = {
  b: 1,
  bytes: 1,
  KB: 1000,
  k: 1024,
  KiB: 1024,
  MB: 1000 ** 2,
  M: 1024 ** 2,
  MiB: 1024 ** 2,
  GB: 1000 ** 3,
  G: 1024 ** 3,
  GiB: 1024 ** 3,
  TB: 1000 ** 4,
  T: 1024 ** 4,
  TiB: 1024 ** 4,
};

/** A size with libvirt's unit, KiB when it says none. */
export function MiBOf(amount: string | undefined, unit: string | undefined): number {
  const bytes = bytesPer[unit ?? 'KiB'];
  if (bytes === undefined) throw new RangeError(`libvirt's size unit ${JSON.stringify(unit)} is unknown here`);
  return (Number(amount ?? 0) * bytes) / 1024 ** 2;
}
