/**
 * Networks that give each guest a device of the host to itself (libvirt's forward mode passthrough): as many vNICs as there
 * are devices.
 */
import { sumsShort } from '../explanation/shortage.js';
import type { RoomConstraint } from './constraint.js';

export const networkDevices: RoomConstraint = {
  name: 'network-devices',
  refuse: (ask, free) => sumsShort(ask, free).map((short) => short.text),
};
