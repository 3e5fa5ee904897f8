import { expect, it } from '@jest/globals';
import { vnfcId } from '../../../src/shared/ids.js';
import { GuestTurns } from '../../../src/workflow/guests/guest-turns.js';

const guest = vnfcId('a');

it('asks a guest once at a time', () => {
  const turns = new GuestTurns(10);
  turns.begin(guest);
  expect([turns.mayAsk(guest, 99), turns.mayAsk(vnfcId('b'), 99)]).toEqual([false, true]);
  turns.end(guest, true, 99);
  expect(turns.mayAsk(guest, 99)).toBe(true);
});

it('asks one that hangs ever more seldom, but at least every two minutes, and as before once it answers', () => {
  const turns = new GuestTurns(10_000);
  const pauses = Array.from({ length: 6 }, () => {
    turns.begin(guest);
    turns.end(guest, false, 0);
    return [19_999, 20_000, 40_000, 80_000, 119_999, 120_000].find((ms) => turns.mayAsk(guest, ms));
  });
  expect(pauses).toEqual([20_000, 40_000, 80_000, 120_000, 120_000, 120_000]);
  turns.begin(guest);
  turns.end(guest, true, 0);
  expect(turns.mayAsk(guest, 0)).toBe(true);
});

it('forgets a guest that is gone', () => {
  const turns = new GuestTurns(10);
  turns.begin(guest);
  turns.end(guest, false, 0);
  turns.keepOnly(new Set());
  expect(turns.mayAsk(guest, 0)).toBe(true);
});
