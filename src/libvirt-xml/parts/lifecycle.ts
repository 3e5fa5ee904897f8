/**
 * What happens when the guest goes down by itself. A reboot is the guest's own affair; power-off and crash end the
 * domain, so that Berth sees the event and decides (alarm, heal). Sleep states are not offered: a sleeping VNF looks
 * like a dead one.
 */
import { el } from '../xml/element.js';
import type { Contribution } from './part.js';

export const lifecycle = (): Contribution => ({
  top: [
    el('on_poweroff', {}, 'destroy'),
    el('on_reboot', {}, 'restart'),
    el('on_crash', {}, 'destroy'),
    el('pm', {}, el('suspend-to-mem', { enabled: false }), el('suspend-to-disk', { enabled: false })),
  ],
});
