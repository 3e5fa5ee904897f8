/**
 * What libvirt would add to a PC unasked and no VNFC needs: a USB controller. Each device left out is less to emulate,
 * to boot past and to attack. There is no graphics, sound or video either; those libvirt adds only when asked.
 */
import { el } from '../xml/element.js';
import type { Contribution } from './part.js';

export const leftOut = (): Contribution => ({ devices: [el('controller', { type: 'usb', model: 'none' })] });
