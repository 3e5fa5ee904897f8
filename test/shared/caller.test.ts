import { expect, test } from '@jest/globals';
import { roles, systemCaller, theTenant, tokenCaller } from '../../src/shared/caller.js';

test('today’s token is a caller with every role, of the one tenant', () => {
  expect(tokenCaller).toEqual({ subject: 'token', roles, tenant: theTenant });
});

test('what Berth does by itself is done by a system caller that names the work', () => {
  expect(systemCaller('workflow')).toEqual({ subject: 'system:workflow', roles, tenant: theTenant });
});
