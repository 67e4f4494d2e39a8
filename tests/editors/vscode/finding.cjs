// The packaged extension in a stand-in for the editor, with the real server.
// Called with the folder in which the package lies unpacked, and the server's program.
'use strict';

const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { pathToFileURL } = require('node:url');

const { document, open } = require('./editor.cjs');

const folder = path.resolve(process.argv[2], 'extension');
const program = path.resolve(process.argv[3]);
const file = path.join(__dirname, '../../apps/dashboard/src/components/AlertFeed.tsx');

test('a finding is shown, and the settings count', { timeout: 60_000 }, async () => {
  const settings = { 'server.path': program, 'listeners': 'all', 'maxFileSize': 100_000, 'preset': 'strict' };
  const feed = document(String(pathToFileURL(file)), 'typescriptreact', readFileSync(file, 'utf8'));
  const editor = open(folder, settings, [feed]);
  assert.match(await editor.line(/missing-cleanup/), /^warning\[missing-cleanup\]: `source` stays open/);

  editor.set('rules', { 'missing-cleanup': 'error' });
  assert.match(await editor.line(/missing-cleanup/), /^error\[missing-cleanup\]/);

  await editor.extension.deactivate();
  assert.deepEqual(editor.errors, []);
});
