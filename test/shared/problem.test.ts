import { describe, expect, it } from '@jest/globals';
import { problem } from '../../src/shared/problem.js';

describe('problem', () => {
  it('carries its extensions beside the standard members, which they cannot override', () => {
    const made = problem('no-placement', 'no host has 4 free cores', { explanation: { funnel: [] }, status: 200 });
    expect(made).toEqual({
      type: 'urn:berth:problem:no-placement',
      title: 'No placement found',
      status: 409,
      detail: 'no host has 4 free cores',
      explanation: { funnel: [] },
    });
  });
});
