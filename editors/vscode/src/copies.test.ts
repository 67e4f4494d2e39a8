import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { copyOf } from './copies';

test('a program is copied once, and again when it is another one', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'halfopen-'));
  const program = path.join(root, 'halfopen.exe');
  const folder = path.join(root, 'storage');

  writeFileSync(program, 'one');
  const first = copyOf(program, folder);
  assert.equal(readFileSync(first, 'utf8'), 'one');
  assert.equal(path.extname(first), '.exe');
  writeFileSync(first, 'untouched');
  assert.equal(copyOf(program, folder), first);
  assert.equal(readFileSync(first, 'utf8'), 'untouched');

  writeFileSync(program, 'two');
  utimesSync(program, new Date(0), new Date(0));
  const second = copyOf(program, folder);
  assert.equal(readFileSync(second, 'utf8'), 'two');
  assert.deepEqual(readdirSync(folder), [path.basename(second)], 'the old one is gone');
  rmSync(root, { recursive: true });
});
