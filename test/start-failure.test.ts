import { describe, expect, it } from '@jest/globals';
import { startFailure } from '../src/start-failure.js';

const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });

describe('a start that fails', () => {
  it('is told in one line with its cause, without a stack trace', () => {
    const error = new Error('the database file /d/berth.sqlite is in use by another Berth; stop that one', {
      cause: coded('SQLITE_BUSY', 'database is locked'),
    });
    expect(startFailure(error)).toBe(
      'the database file /d/berth.sqlite is in use by another Berth; stop that one: database is locked',
    );
  });

  it('for an address in use says what to do', () => {
    const error = coded('EADDRINUSE', 'listen EADDRINUSE: address already in use 127.0.0.1:9641');
    expect(startFailure(error)).toBe(
      `${error.message}; stop what listens there, or choose another address with --listen or --port`,
    );
  });

  it.each(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'])(
    'for a disk that gives %s names the file and says what to do',
    (code) => {
      const cause = coded(code, `${code}: something, write`);
      const said = startFailure(new Error('the token file /d/token cannot be written', { cause }));
      expect(said).toMatch(new RegExp(`^the token file /d/token cannot be written: ${code}: something, write; the `));
    },
  );

  it('by a fault in Berth shows where, also below another error', () => {
    const fault = new TypeError('x is not a function');
    expect(startFailure(new Error('no', { cause: fault }))).toBe(fault.stack);
  });

  it('ends with causes that go in a circle, and says what is no error', () => {
    const error = new Error('round');
    error.cause = error;
    expect(startFailure(error)).toBe('round');
    expect(startFailure('plain')).toBe('plain');
  });
});
