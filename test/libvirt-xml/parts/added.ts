/**
 * What a part adds, as lines of XML: nothing else of a domain is looked at.
 */
import type { Contribution } from '../../../src/libvirt-xml/parts/part.js';
import { render } from '../../../src/libvirt-xml/xml/render.js';

export interface Added {
  readonly top: string;
  readonly devices: string;
}

export const added = ({ top = [], devices = [] }: Contribution): Added => ({
  top: top.map(render).join('').trimEnd(),
  devices: devices.map(render).join('').trimEnd(),
});

export const nothing: Added = { top: '', devices: '' };
