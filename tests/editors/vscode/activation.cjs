// The packaged extension in a stand-in for the editor, with a server that repeats what it is told.
// Called with the folder in which the package lies unpacked.
'use strict';

const assert = require('node:assert/strict');
const { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

const { document, open } = require('./editor.cjs');

const folder = path.resolve(process.argv[2], 'extension');
const manifest = require(path.join(folder, 'package.json'));

const echo = path.join(__dirname, 'echo');
const withoutServer = '';
const withServer = [echo, process.env.PATH].join(path.delimiter);

/** A test that fails instead of waiting for ever for a line that does not come. */
const check = (name, run) => test(name, { timeout: 60_000 }, run);

check('the server is started with `lsp` and with what the user set, and stopped at the end', async () => {
  process.env.PATH = withServer;
  const editor = open(folder, { 'preset': 'strict', 'rules': { 'stale-closure': 'off' }, 'trace.server': 'verbose' });
  assert.equal(await editor.line(/is the server/), `PATH: ${path.join(echo, 'halfopen')} is the server`);
  assert.equal(await editor.line(/^started/), 'started with lsp');
  const told = 'initialize {"preset":"strict","rules":{"stale-closure":"off"}}';
  assert.equal(await editor.line(/^initialize /), told);
  await editor.line(/^initialized/);

  await editor.extension.deactivate();
  await editor.line(/^shutdown/);
  assert.deepEqual(editor.errors, []);
});

check('a setting that changes is sent', async () => {
  process.env.PATH = withServer;
  const editor = open(folder, {});
  await editor.line(/^initialized/);
  editor.set('listeners', 'all');
  const told = 'workspace/didChangeConfiguration {"settings":{"listeners":"all"}}';
  assert.equal(await editor.line(/^workspace/), told);
  await editor.extension.deactivate();
});

check('documents of each language that wakes the extension are checked, and no old versions', async () => {
  process.env.PATH = withServer;
  const languages = manifest.activationEvents.map((event) => event.replace('onLanguage:', ''));
  const documents = languages.flatMap((language) => [
    document(`git:/${language}`, language),
    document(`file:///${language}`, language),
    document(`untitled:${language}`, language),
  ]);
  const editor = open(folder, {}, documents);
  for (const { uri } of documents.filter(({ uri }) => uri.scheme !== 'git')) {
    const line = await editor.line(/^textDocument\/didOpen/);
    assert.equal(JSON.parse(line.replace('textDocument/didOpen ', '')).textDocument.uri, String(uri));
  }
  await editor.extension.deactivate();
});

check('another path, and the command, stop the server and start one', async () => {
  process.env.PATH = withoutServer;
  const program = path.join(echo, 'halfopen');
  const editor = open(folder, {});
  await editor.line(/was not found/);
  // The program needs Node, which is looked for on PATH.
  process.env.PATH = withServer;
  editor.set('server.path', program);
  assert.equal(await editor.line(/is the server/), `setting: ${program} is the server`);
  await editor.line(/^initialized/);

  await editor.commands.get('halfopen.restart')();
  await editor.line(/^shutdown/);
  await editor.line(/^initialized/);
  await editor.extension.deactivate();
});

check('restarts in quick succession leave one server', async () => {
  process.env.PATH = withServer;
  const editor = open(folder, {});
  const restart = editor.commands.get('halfopen.restart');
  await Promise.all([restart(), restart()]);
  for (let server = 0; server < 3; server++) await editor.line(/^initialized/);
  await editor.extension.deactivate();
  for (let server = 0; server < 3; server++) await editor.line(/^shutdown/);
  assert.deepEqual(editor.errors, []);
});

check('a server that crashes is started again, until it crashed five times', async () => {
  process.env.PATH = withServer;
  const editor = open(folder, {});
  for (let crash = 0; crash < 5; crash++) {
    await editor.line(/^initialized/);
    assert.deepEqual(editor.errors, []);
    editor.set('preset', 'crash');
  }
  await editor.line(/unexpectedly several times/);
  assert.equal(editor.errors.length, 1);
  await editor.extension.deactivate();
});

check('a server that crashes while it starts is started again, too', async () => {
  process.env.PATH = withServer;
  const editor = open(folder, {});
  await editor.line(/^initialized/);
  const crashes = path.join(mkdtempSync(path.join(tmpdir(), 'halfopen-')), 'crashes');
  writeFileSync(crashes, '');
  editor.set('preset', `crash:${crashes}`);
  await editor.line(/couldn't create connection/);
  await editor.line(/^initialized/);
  await editor.extension.deactivate();
  rmSync(path.dirname(crashes), { recursive: true });
});

check('a program that is no server is tried once, and the user is told once', async () => {
  process.env.PATH = withoutServer;
  const editor = open(folder, { 'server.path': process.execPath });
  await Promise.all([editor.line(/couldn't create connection/), editor.line(/The server has ended/)]);
  assert.equal(editor.errors.length, 1);
  assert.match(editor.errors[0], /couldn't create connection to server/);
  await editor.extension.deactivate();
});

check('a server of another version is told of once', async () => {
  process.env.PATH = withServer;
  const remembered = new Map();
  for (const count of [1, 0]) {
    const editor = open(folder, {}, [], { remembered });
    assert.match(await editor.line(/of version/), /^The halfopen server is of version 7\.8\.9, this extension of version 0\./);
    await editor.line(/^initialized/);
    assert.equal(editor.warnings.length, count);
    await editor.extension.deactivate();
  }
});

check('the server that the workspace has installed is the one', async () => {
  process.env.PATH = withServer;
  const app = mkdtempSync(path.join(tmpdir(), 'halfopen-'));
  const platform = path.join(app, `node_modules/@halfopen/${process.platform}-${process.arch}`);
  for (const installed of [path.join(app, 'node_modules/halfopen'), platform]) {
    mkdirSync(installed, { recursive: true });
    writeFileSync(path.join(installed, 'package.json'), '{}');
  }
  copyFileSync(path.join(echo, 'halfopen'), path.join(platform, 'halfopen'));
  const editor = open(folder, {}, [], { folders: [app] });
  assert.equal(await editor.line(/is the server/), `workspace: ${path.join(platform, 'halfopen')} is the server`);
  await editor.line(/^initialized/);
  await editor.extension.deactivate();
  rmSync(app, { recursive: true });
});

check('the status tells whether the server runs', async () => {
  process.env.PATH = withServer;
  const editor = open(folder, {});
  await editor.line(/^initialized/);
  assert.deepEqual([editor.status.text, editor.status.severity], ['halfopen 7.8.9', 0]);
  editor.set('server.path', '/nowhere/halfopen');
  await editor.line(/^setting: /);
  assert.deepEqual([editor.status.text, editor.status.severity], ['halfopen is not running', 2]);
  await editor.extension.deactivate();
});

check('where there is no server, the user is told and led to the setting', async () => {
  process.env.PATH = withoutServer;
  const editor = open(folder, {});
  editor.choice = 'Open Settings';
  await editor.line(/was not found/);
  assert.match(editor.errors[0], /server was not found, so nothing is checked/);
  await editor.extension.deactivate();
  assert.deepEqual(editor.executed, [['workbench.action.openSettings', 'halfopen.server.path']]);
});

check('the commands of the manifest are there', async () => {
  process.env.PATH = withoutServer;
  const editor = open(folder, {});
  const named = manifest.contributes.commands.map(({ command }) => command);
  assert.deepEqual([...editor.commands.keys()].sort(), named.sort());
  await editor.extension.deactivate();
});

check('the command asks the editor for all safe fixes', async () => {
  process.env.PATH = withoutServer;
  const editor = open(folder, {});
  await editor.commands.get('halfopen.fixAll')();
  const action = { kind: 'source.fixAll.halfopen', apply: 'first' };
  assert.deepEqual(editor.executed, [['editor.action.codeAction', action]]);
  await editor.extension.deactivate();
});
