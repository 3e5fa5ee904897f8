import { describe, expect, it } from '@jest/globals';
import { readGuestStatus } from '../../src/workflow/guest-status.js';

describe('what a guest says of itself', () => {
  it('is read with counters in snake case', () => {
    const said = { ready: true, reason: '', uptimeSeconds: 12, counters: { ipForwarded: 42, routes: 3, name: 'x' } };
    expect(readGuestStatus(JSON.stringify(said), 7)).toEqual({
      atMs: 7,
      healthy: true,
      detail: 'ready',
      counters: { ip_forwarded: 42, routes: 3 },
      gauges: { uptime_seconds: 12 },
    });
  });

  it.each([
    ['not JSON', 'Segmentation fault', 'printed no JSON object: "Segmentation fault"'],
    ['not an object', '[]', 'printed no JSON object'],
    ['without "ready"', '{}', 'no boolean member "ready"'],
    ['not ready without a reason', '{"ready":false}', 'not ready'],
    ['not ready with a reason', '{"ready":false,"reason":"zebra is dead"}', 'zebra is dead'],
  ])('counts as not healthy when it is %s, and says why', (_name, stdout, detail) => {
    expect(readGuestStatus(stdout, 0)).toMatchObject({ healthy: false, detail: expect.stringContaining(detail) });
  });
});
