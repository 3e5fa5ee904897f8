/**
 * Machine types that Berth makes domains with, by architecture. On a host of another architecture nothing is placed.
 */
export const guestMachines: Readonly<Record<string, string>> = { x86_64: 'q35' };
