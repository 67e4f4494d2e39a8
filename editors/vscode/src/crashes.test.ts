import assert from 'node:assert/strict';
import test from 'node:test';

import { Crashes } from './crashes';

test('a program that never answered is not tried again', () => {
  assert.equal(new Crashes().next(0), 'nothing');
});

test('a server that crashed is started again, until it crashed five times within three minutes', () => {
  const crashes = new Crashes();
  crashes.answered();
  const at = (...seconds: number[]) => seconds.map((second) => crashes.next(second * 1000));
  assert.deepEqual(at(0, 50, 100, 150), ['start', 'start', 'start', 'start']);
  assert.equal(crashes.next(179_999), 'offer');
});

test('crashes that are long ago do not count', () => {
  const crashes = new Crashes();
  crashes.answered();
  for (let minute = 0; minute < 60; minute += 1) assert.equal(crashes.next(minute * 60_000), 'start');
});
