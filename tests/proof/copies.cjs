// What is done with a copy of an application before it can be shown.
'use strict';

const assert = require('node:assert/strict');
const { execFile, spawnSync } = require('node:child_process');
const { cpSync, rmSync, symlinkSync } = require('node:fs');
const path = require('node:path');
const { promisify } = require('node:util');

const APPLICATIONS = path.join(__dirname, '../apps');
const ENTRIES = path.join(__dirname, 'entry');

/** A fresh copy of the application of that name, with the packages that it wants. */
exports.copy = (name, folder, packages) => {
  const application = path.join(APPLICATIONS, name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(application, folder, { recursive: true, filter: (file) => path.basename(file) !== 'node_modules' });
  symlinkSync(packages, path.join(folder, 'node_modules'));
};

/** Has halfopen repair the copy; the exit code tells that nothing of weight remains. */
exports.repair = (folder, program) => run(program, ['check', '--fix-suggested', folder], [0]);

/** The type check that the application has itself. */
exports.typeCheck = (folder, packages) => node(folder, [path.join(packages, 'typescript/bin/tsc'), '--noEmit']);

/** Puts a page of the proof's own beside the application's. */
exports.addEntry = (name, folder) => {
  for (const part of ['every', name]) cpSync(path.join(ENTRIES, part), folder, { recursive: true });
};

/** Builds the copy for production or as a developer sees it, into a folder of that name. */
exports.build = (folder, packages, { address, mode }) => {
  const vite = [path.join(packages, 'vite/bin/vite.js'), 'build', '--config', 'proof.vite.ts'];
  const environment = { NODE_ENV: mode, VITE_SUPABASE_URL: address, VITE_SUPABASE_PUBLISHABLE_KEY: 'publishable' };
  return node(folder, [...vite, '--mode', mode, '--outDir', mode], environment);
};

async function node(folder, values, environment = {}) {
  const options = { cwd: folder, env: { ...process.env, ...environment } };
  await promisify(execFile)(process.execPath, values, options).catch(({ message, stdout }) =>
    assert.fail(`${message}\n${stdout}`),
  );
}

function run(program, values, expected) {
  const { status, stdout, stderr, error } = spawnSync(program, values, { encoding: 'utf8' });
  assert.ok(error === undefined && expected.includes(status), `${values.join(' ')}: ${error ?? stderr}`);
  return stdout;
}
