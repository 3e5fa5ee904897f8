import { expect, test } from '@jest/globals';
import { closeWord, eventWords, reasonWord, stateWord } from '../../../src/engine/libvirt/words.js';

test('states and reasons are libvirt’s words', () => {
  expect([stateWord(1), reasonWord(1, 1)]).toEqual(['running', 'booted']);
  expect([stateWord(5), reasonWord(5, 3)]).toEqual(['shutoff', 'crashed']);
  expect([stateWord(3), reasonWord(3, 5)]).toEqual(['paused', 'io-error']);
});

test('events say what they lead to', () => {
  expect(eventWords(2, 0)).toEqual({ event: 'started', state: 'running', detail: 'booted' });
  expect(eventWords(5, 5)).toEqual({ event: 'stopped', state: 'shutoff', detail: 'failed' });
});

test('numbers from the future keep their number', () => {
  expect(stateWord(99)).toBe('unknown');
  expect(reasonWord(5, 99)).toBe('reason-99');
  expect(eventWords(99, 7)).toEqual({ event: 'event-99', state: 'unknown', detail: 'detail-7' });
  expect(closeWord(9)).toBe('reason 9');
});
