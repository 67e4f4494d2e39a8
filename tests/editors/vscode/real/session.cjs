// The packaged extension in the real VS Code, as a person uses it: a browser, a mouse's worth of clicks, and keys.
// Called with the folder of the packages, and the extension's package that brings the server along.
'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { after, before, test } = require('node:test');

const { Workbench } = require('./workbench.cjs');

const [packages, extension] = process.argv.slice(2).map((argument) => path.resolve(argument));
const root = path.join(__dirname, '../../../..');
const expected = readFileSync(path.join(root, 'tests/editors/neovim/expected/AlertFeed.tsx'), 'utf8');

const FINDING = '.view-overlays .squiggly-warning';
const ROW = '.pane-body .monaco-list-row';
const FILE = 'AlertFeed.tsx';
/** Line and column of the finding in it. */
const AT = [11, 20];

let workbench;
let start, installed, opened;

before(async () => {
  workbench = new Workbench(packages, path.join(root, 'target/editors/vscode-session'));
  workbench.write(FILE, readFileSync(path.join(root, 'tests/apps/dashboard/src/components', FILE)));
  // What a newcomer does: install, open a folder, open a file.
  start = Date.now();
  workbench.install(extension);
  installed = Date.now();
  await workbench.start();
  await workbench.open(FILE);
  opened = Date.now();
});

after(() => workbench.end());

/** The tests build on each other, so the first failure is the last one. */
let isBroken = false;
const check = (name, run) =>
  test(name, { timeout: 120_000 }, async (context) => {
    if (isBroken) throw new Error('the one before it failed');
    isBroken = true;
    await run(context).catch(async (error) => {
      await workbench.picture('failure');
      throw error;
    });
    isBroken = false;
  });

check('a finding is underlined and listed, and its card tells of the rule', async (context) => {
  await workbench.see(FINDING);
  const seconds = (from, to) => ((to - from) / 1000).toFixed(1);
  const parts = `installing ${seconds(start, installed)} s, the editor's own start ${seconds(installed, opened)} s`;
  const all = `${seconds(start, Date.now())} s from the package to the first finding`;
  context.diagnostic(`${all}: ${parts}, the finding ${seconds(opened, Date.now())} s`);
  await workbench.picture('finding');
  await workbench.command('Problems: Focus on Problems View');
  await workbench.see('.markers-panel', { hasText: '`source` stays open after `AlertFeed` unmounts' });
  await workbench.see('.markers-panel', { hasText: 'missing-cleanup' });
  await workbench.picture('problems');
  await workbench.command('View: Hide Panel');

  await workbench.goTo(...AT);
  await workbench.command('Show or Focus Hover');
  await workbench.see('.monaco-hover', { hasText: 'missing-cleanup' });
  await workbench.picture('card');
  await workbench.keys('Escape');
});

check('the light bulb has the fix, and the saved file is right', async () => {
  await workbench.goTo(...AT);
  await workbench.keys('Control+.');
  await workbench.see('.action-widget', { hasText: 'Ignore this missing-cleanup' });
  await workbench.picture('light-bulb');
  await workbench.click('.action-widget .action', { hasText: "Add `source.close()` to the effect's cleanup" });
  await workbench.save();
  await workbench.gone(FINDING);
  assert.equal(workbench.read(FILE), expected);
});

check('undone, the finding is back; all safe fixes take it away again', async () => {
  await workbench.keys('Control+Z');
  await workbench.see(FINDING);
  await workbench.command('halfopen: Fix all in file');
  // The text is changed already, so only this tells that the fixes are there.
  await workbench.gone(FINDING);
  await workbench.save();
  assert.equal(workbench.read(FILE), expected);
  await workbench.keys('Control+Z');
  await workbench.see(FINDING);
});

check('a save applies all safe fixes where the project wants it to', async () => {
  // The line numbers tell that the editor has read the settings.
  const onSave = { 'source.fixAll.halfopen': 'explicit' };
  const settings = { 'editor.codeActionsOnSave': onSave, 'editor.lineNumbers': 'off' };
  workbench.write('.vscode/settings.json', JSON.stringify(settings));
  await workbench.gone('.line-numbers');
  await workbench.save();
  await workbench.gone(FINDING);
  assert.equal(workbench.read(FILE), expected);
  workbench.delete('.vscode/settings.json');
  await workbench.see('.line-numbers');
  await workbench.keys('Control+Z');
  await workbench.see(FINDING);
});

check('the view tells what a connection has and lacks, leads there, and follows edits', async () => {
  await workbench.command('Explorer: Focus on Realtime View');
  await workbench.see(ROW, { hasText: 'AlertFeed' });
  await workbench.see(ROW, { hasText: /EventSource source.*never released · reconnects by itself/ });
  await workbench.picture('realtime');
  await workbench.click(ROW, { hasText: 'EventSource source' });
  await workbench.see('.statusbar-item', { hasText: 'Ln 11, Col 83 (63 selected)' });
  await workbench.command('halfopen: Fix all in file');
  await workbench.see(ROW, { hasText: /source *released · reconnects by itself/ });
  await workbench.keys('Control+Z');
  await workbench.see(ROW, { hasText: /never released/ });
  await workbench.see(FINDING);
});

check('the rule of the finding at the cursor is explained', async () => {
  await workbench.goTo(...AT);
  await workbench.command('halfopen: Explain rule');
  await workbench.see('.tab.active', { hasText: 'missing-cleanup' });
  await workbench.seeInPreview('h1', { hasText: 'missing-cleanup' });
  await workbench.picture('rule');
  await workbench.command('View: Close Editor');
  await workbench.see(FINDING);
});

check('the safe fixes of all files are shown first, and then applied', async () => {
  workbench.write('Other.tsx', readFileSync(path.join(root, 'tests/apps/dashboard/src/components', FILE)));
  await workbench.command('halfopen: Fix all in workspace');
  // Nothing is ticked: the user says which files are to be changed.
  for (const name of [FILE, 'Other.tsx']) {
    await workbench.click(`.bulk-edit-panel .monaco-list-row[aria-level="1"]:has-text("${name}") .edit-checkbox`);
  }
  await workbench.picture('refactor-preview');
  assert.notEqual(workbench.read('Other.tsx'), expected, 'nothing is written before the user has seen it');
  await workbench.click('.bulk-edit-panel .monaco-button', { hasText: 'Apply' });
  await workbench.gone(FINDING);
  await workbench.until(() => workbench.read('Other.tsx') === expected && workbench.read(FILE) === expected);
  workbench.delete('Other.tsx');
  await workbench.keys('Control+Z');
  await workbench.see(FINDING);
});

check('the settings file is opened, and a new one is not saved before the user does it', async () => {
  await workbench.command('halfopen: Open settings file');
  await workbench.see('.tab.active', { hasText: 'halfopen.json' });
  await workbench.see('.view-line', { hasText: '"preset": "recommended"' });
  assert.throws(() => workbench.read('halfopen.json'), { code: 'ENOENT' });
  await workbench.command('View: Revert and Close Editor');
  await workbench.see(FINDING);
});

check('a line that is deleted is a finding, and undone it is none', async () => {
  await workbench.command('halfopen: Fix all in file');
  await workbench.gone(FINDING);
  await workbench.goTo(24, 1);
  await workbench.keys('Control+Shift+K');
  await workbench.see(FINDING);
  await workbench.keys('Control+Z');
  await workbench.gone(FINDING);
  await workbench.keys('Control+Z');
  await workbench.see(FINDING);
});

check('the script of a Vue file is checked, with no other extension', async () => {
  workbench.write('Feed.vue', readFileSync(path.join(root, 'tests/editors/neovim/Feed.vue')));
  await workbench.open('Feed.vue');
  await workbench.see(FINDING);
  await workbench.picture('vue');
  await workbench.command('View: Close Editor');
  workbench.delete('Feed.vue');
  await workbench.see(FINDING);
});

check('a rule that the settings file switches off is silent at once', async () => {
  workbench.write('halfopen.json', '{ "rules": { "missing-cleanup": "off" } }\n');
  await workbench.gone(FINDING);
  workbench.delete('halfopen.json');
  await workbench.see(FINDING);
});

check('a settings file with a mistake is marked where it is', async () => {
  workbench.write('halfopen.json', '{ "rules": { "missing-cleanup": "loud" } }\n');
  await workbench.open('halfopen.json');
  await workbench.see(".view-overlays :is(.squiggly-warning, .squiggly-error)");
  await workbench.picture('settings');
  workbench.delete('halfopen.json');
  await workbench.open(FILE);
  await workbench.see(FINDING);
});

const ORDERS = `import type { SupabaseClient } from "@supabase/supabase-js";

export function watchOrders(supabase: SupabaseClient, changed: () => void, told: (status: string) => void) {
  return supabase
    .channel("orders")
    .on("postgres_changes", { event: "INSERT", schema: "public", table: "orders" }, changed)
    .subscribe((status) => told(status));
}
`;
const MIGRATION = `create table orders (id uuid primary key, state text);
alter table orders enable row level security;
create policy "Read orders" on orders for select to authenticated using (true);
`;
const ERROR = '.view-overlays .squiggly-error';
const PUBLISH = 'supabase/migrations/2_publish_orders.sql';

check('a table that no migration publishes is a finding, and its fix is a new migration', async () => {
  workbench.write('package.json', '{}');
  workbench.write('supabase/migrations/1_orders.sql', MIGRATION);
  workbench.write('orders.ts', ORDERS);
  await workbench.open('orders.ts');
  await workbench.see(ERROR);
  await workbench.goTo(6, 74);
  await workbench.command('Quick Fix...');
  await workbench.see('.action-widget', { hasText: 'Add a migration that publishes `orders`' });
  await workbench.picture('migration');
  await workbench.click('.action-widget .action', { hasText: 'Add a migration that publishes `orders`' });
  await workbench.until(() => workbench.has(PUBLISH));
  await workbench.gone(ERROR);
});

check('without it the finding is back, and stands in the migration that makes the table, too', async () => {
  await workbench.command('File: Save All Files');
  await workbench.until(() => workbench.read(PUBLISH).includes('add table public.orders;'));
  workbench.delete(PUBLISH);
  await workbench.see(ERROR);
  await workbench.expand('supabase');
  await workbench.open('1_orders.sql');
  await workbench.see(ERROR);
  await workbench.picture('sql');
  // What is typed there is news to the code.
  await workbench.keys('Control+End');
  await workbench.type('alter publication supabase_realtime add table orders;');
  await workbench.gone(ERROR);
  await workbench.open('orders.ts');
  await workbench.gone(ERROR);
  await workbench.open(FILE);
  await workbench.see(FINDING);
});

check('a server that is killed comes back, and one that is killed again and again by a click', async () => {
  await kill();
  // The editor takes the findings of a dead server away before it starts another one.
  await workbench.see(FINDING);
  const offer = '.notification-toast:has-text("halfopen ended unexpectedly several times")';
  // The first four times it is started again.
  for (let times = 1; times < 4; times += 1) await kill();
  process.kill(servers()[0], 'SIGKILL');
  await workbench.see(offer);
  await workbench.picture('gave-up');
  assert.deepEqual(servers(), []);
  await workbench.click(`${offer} .monaco-button`, { hasText: 'Restart' });
  await workbench.see(FINDING);
});

/** Kills the server, and sees it come back. */
async function kill() {
  const [killed, ...others] = servers();
  assert.deepEqual(others, [], 'one server runs');
  process.kill(killed, 'SIGKILL');
  await workbench.until(() => servers().some((server) => server !== killed));
  // One that dies before it has answered would be started again, too, but the editor would tell the user of it.
  await workbench.see(FINDING);
}

/** The processes of the servers that run. */
function servers() {
  const { stdout } = spawnSync('pgrep', ['-f', `^${workbench.extensions}/.*/server/halfopen lsp`], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}
