import assert from 'node:assert/strict';
import { test } from 'node:test';

import { mismatch } from './versions';

test('versions fit if they differ in the last number alone', () => {
  assert.equal(mismatch('1.2.3', '1.2.9', '/halfopen'), undefined);
  assert.equal(mismatch('1.2.3', '1.2.0', '/halfopen'), undefined);
});

test('others are told with both versions and the program', () => {
  const told = mismatch('0.2.0', '0.1.7', '/opt/halfopen') ?? '';
  for (const part of ['0.2.0', '0.1.7', '/opt/halfopen']) assert.ok(told.includes(part), told);
  assert.notEqual(mismatch('without a version', '0.1.7', '/opt/halfopen'), undefined);
});
