/**
 * How the operator names a card: by its MAC address, which stays when buses are renumbered and devices renamed, by its PCI
 * address, which stays while the slots do, or by its network device.
 */

const macForm = /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i;
const pciForm = /^(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}:[01][0-9a-f]\.[0-7])$/i;

/** One form of each name: MAC and PCI addresses are written in several ways. */
export function cardName(name: string): string {
  if (macForm.test(name)) return name.toLowerCase().replaceAll('-', ':');
  const [, domain = '0000', rest] = pciForm.exec(name) ?? [];
  return rest === undefined ? name : `${domain}:${rest}`.toLowerCase();
}

/** What a card is known by. */
export interface CardNames {
  readonly address: string;
  /** Of its network devices, its own first. */
  readonly devices: readonly string[];
  /** Of its own network device; absent while a guest has the card. */
  readonly mac?: string;
}

/** The names in this list by which the card is meant: MAC address first, then PCI address, then network devices. */
export function namesOf({ address, devices, mac }: CardNames, named: readonly string[]): readonly string[] {
  const own = [...(mac === undefined ? [] : [mac.toLowerCase()]), address, ...devices];
  return own.flatMap((name) => named.filter((one) => cardName(one) === name));
}
