/**
 * TOSCA scalar-unit types (TOSCA Simple Profile 1.3 clause 3.3.6): `512 MiB`, `8 GB`, `60 s`. Units are read without
 * regard to case; `GB` is 10^9 and `GiB` 2^30 bytes. Anything else is undefined, never an exception.
 */
const sizeUnits: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  kib: 2 ** 10,
  mb: 1e6,
  mib: 2 ** 20,
  gb: 1e9,
  gib: 2 ** 30,
  tb: 1e12,
  tib: 2 ** 40,
};
const timeUnits: Readonly<Record<string, number>> = { d: 86400, h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };
const quantity = /^\s*(\d{1,15}(?:\.\d{1,9})?)\s*([A-Za-z]{0,3})\s*$/;

function parse(text: string, units: Readonly<Record<string, number>>, bare: number): number | undefined {
  const match = quantity.exec(text);
  if (match === null) return undefined;
  const [, amount = '', unit = ''] = match;
  const factor = unit === '' ? bare : units[unit.toLowerCase()];
  const value = factor === undefined ? undefined : Number(amount) * factor;
  return value !== undefined && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

/** Bytes, rounded up; a bare number is bytes. */
export function parseSize(text: string | undefined): number | undefined {
  const bytes = text === undefined ? undefined : parse(text, sizeUnits, 1);
  return bytes === undefined ? undefined : Math.ceil(bytes);
}

/** Seconds; a bare number is seconds. */
export const parseTime = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : parse(text, timeUnits, 1);

const pageUnits: Readonly<Record<string, number>> = { kb: 1, kib: 1, mb: 1024, mib: 1024, gb: 1048576, gib: 1048576 };

/** KiB of a page size. Nobody has a page of 10^6 bytes: `2 MB` means 2 MiB here. A bare number is KiB (Nova). */
export const parsePageSize = (text: string): number | undefined => parse(text, pageUnits, 1);
