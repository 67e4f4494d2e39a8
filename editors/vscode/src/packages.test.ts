import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { programOf } from './packages';

/** A folder with empty files. */
function folder(...files: string[]): string {
  const root = mkdtempSync(path.join(tmpdir(), 'halfopen-'));
  for (const file of files) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), '{}');
  }
  return root;
}

test('the package of the platform lies beside the main one', () => {
  const root = folder('node_modules/halfopen/package.json', 'node_modules/@halfopen/linux-x64/package.json');
  const inner = path.join(root, 'packages/app');
  mkdirSync(inner, { recursive: true });
  const expected = path.join(root, 'node_modules/@halfopen/linux-x64/halfopen');
  assert.equal(programOf(root, 'linux', 'x64'), expected);
  assert.equal(programOf(inner, 'linux', 'x64'), expected);
  assert.equal(programOf(root, 'win32', 'x64'), undefined);
  rmSync(root, { recursive: true });
});

test('or where only the main one finds it', () => {
  const store = 'node_modules/.store/halfopen@1/node_modules';
  const root = folder(`${store}/halfopen/package.json`, `${store}/@halfopen/win32-arm64/package.json`);
  symlinkSync(path.join(root, store, 'halfopen'), path.join(root, 'node_modules/halfopen'), 'junction');
  const expected = path.join(root, store, '@halfopen/win32-arm64/halfopen.exe');
  assert.equal(programOf(root, 'win32', 'arm64'), expected);
  rmSync(root, { recursive: true });
});

test('where nothing is installed there is no program', () => {
  const root = folder('package.json');
  assert.equal(programOf(root, 'linux', 'x64'), undefined);
  rmSync(root, { recursive: true });
});
