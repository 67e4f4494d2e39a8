// An application in a page of its own, with a clock that moves when it is told to.
'use strict';

const assert = require('node:assert/strict');
const path = require('node:path');

const LONGEST_MS = 30_000;

exports.launch = (packages) => {
  const { chromium } = require(path.join(packages, 'playwright-core'));
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
};

exports.Dashboard = class Dashboard {
  #page;

  static async open(browser, address) {
    const dashboard = new Dashboard();
    // A context of its own: nobody is signed in.
    const context = await browser.newContext({ viewport: { width: 900, height: 900 } });
    const page = (dashboard.#page = await context.newPage());
    page.setDefaultTimeout(LONGEST_MS);
    // The clock first, so that the timers that are counted are its own.
    await page.clock.install();
    await page.addInitScript({ path: path.join(__dirname, 'counters.js') });
    await page.goto(`${address}/proof.html`);
    await page.waitForFunction(() => 'proof' in window);
    return dashboard;
  }

  close() {
    return this.#page.context().close();
  }

  mount(name, times = 1) {
    return this.#page.evaluate(([name, times]) => window.proof.mount(name, times), [name, times]);
  }

  unmount() {
    return this.#page.evaluate(() => window.proof.unmount());
  }

  /** What is open in the page. */
  open() {
    return this.#page.evaluate(() => ({ ...window.counters.open(), ...window.proof.open() }));
  }

  /** Waits until the page has this many open sockets of a path. */
  connected(path, count) {
    const isSo = ([path, count]) => window.counters.connected(path) === count;
    return this.#page.waitForFunction(isSo, [path, count]);
  }

  /** After how many milliseconds sockets of a path were asked for, counted from a moment of the page's time. */
  asked(path, since) {
    return this.#page.evaluate(([path, since]) => window.counters.asked(path, since), [path, since]);
  }

  /** What the page's clock shows. */
  now() {
    return this.#page.evaluate(() => Date.now());
  }

  /** Stops the page's clock, and returns where it stands. */
  async stopClock() {
    // It stops at a moment that is still to come.
    await this.#page.clock.pauseAt((await this.now()) + 1_000);
    return this.now();
  }

  /** Lets the page's time pass, second by second, so that what comes from the server is heard in between. */
  async pass(seconds) {
    for (let second = 0; second < seconds; second += 1) await this.#page.clock.runFor(1_000);
  }

  /** Lets it pass until something is so. What the server has a part in takes real time, too. */
  async passUntil(what, isSo) {
    const deadline = Date.now() + LONGEST_MS;
    while (!(await isSo())) {
      assert.ok(Date.now() < deadline, `it never came to this: ${what}`);
      await this.pass(1);
    }
  }

  see(text) {
    return this.#page.getByText(text).first().waitFor({ state: 'visible' });
  }

  shows(text) {
    return this.#page.getByText(text).first().isVisible();
  }

  count(selector) {
    return this.#page.locator(selector).count();
  }

  click(text) {
    return this.#page.getByText(text).click();
  }

  picture(file) {
    return this.#page.screenshot({ path: file });
  }
};
