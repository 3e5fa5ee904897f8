/**
 * What guests of the VNF catalogue report, read from the lists that lie beside their sources: simulated guests report the
 * same names. A Berth that comes without the catalogue has none, and its simulated guests report what all do.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { GuestIndicator, GuestRoles } from '../engine/simulated/guest-numbers.js';

const catalogueFolder = new URL('../../vnf-catalog/', import.meta.url);
const list = 'indicators.json';

export function shippedRoles(folder = catalogueFolder): GuestRoles {
  if (!existsSync(new URL(list, folder))) return new Map();
  const ofAll = indicatorsIn(new URL(list, folder));
  const roles = readdirSync(folder).filter((name) => existsSync(new URL(`${name}/${list}`, folder)));
  return new Map(roles.map((role) => [role, [...indicatorsIn(new URL(`${role}/${list}`, folder)), ...ofAll]]));
}

const indicatorsIn = (file: URL): readonly GuestIndicator[] =>
  JSON.parse(readFileSync(file, 'utf8')) as readonly GuestIndicator[];
