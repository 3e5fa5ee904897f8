/**
 * Other bus numbers for the cards of a host, as after a card was added: their PCI addresses change at the next boot. Only for a
 * cold boot: a frozen host has the machine that it was frozen with.
 */
import { cards } from './shape.js';

const [least, most] = [0x10, 0xf0];

/** Numbers of the root buses of the cards, in their order: `80,40`. */
export function busNumbers(text: string): readonly number[] {
  const words = text.split(',');
  const buses = words.map((word) => (/^[0-9a-f]{2}$/i.test(word) ? parseInt(word, 16) : NaN));
  const isGood = buses.every((bus) => bus >= least && bus <= most && bus % 2 === 0);
  if (isGood && buses.length === cards.length && new Set(buses).size === buses.length) return buses;
  throw new Error(
    `Name ${String(cards.length)} different even bus numbers from ${least.toString(16)} to ${most.toString(16)}, such as 80,40, not ${text}.`,
  );
}

/** Of the card behind a root bus: on the next one. */
export const addressOn = (bus: number): string => `0000:${(bus + 1).toString(16).padStart(2, '0')}:00.0`;

export const argumentsOnBuses = (args: readonly string[], buses: readonly number[] | undefined): readonly string[] =>
  buses === undefined ? args : args.map((word) => onBus(word, buses));

function onBus(word: string, buses: readonly number[]): string {
  const [, card] = /^pxb-pcie,id=bus(\d+),/.exec(word) ?? [];
  const bus = card === undefined ? undefined : buses[Number(card)];
  return bus === undefined ? word : word.replace(/bus_nr=\d+/, `bus_nr=${String(bus)}`);
}
