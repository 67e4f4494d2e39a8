// What a proof stands on: a server, a browser, and applications as they are and as halfopen's fixes leave them.
'use strict';

const { mkdirSync } = require('node:fs');
const path = require('node:path');
const { after, before, test } = require('node:test');

const { addEntry, build, copy, repair } = require('./copies.cjs');
const { Dashboard, launch } = require('./dashboard.cjs');
const { Figures } = require('./figures.cjs');
const { Server } = require('./server.cjs');

const SIDES = ['before', 'after'];

exports.Stage = class Stage {
  server;
  #packages;
  #program;
  #folder;
  #figures = new Figures();
  #applications = [];
  #address;
  #browser;

  /** Of the arguments of a proof, and with a folder of its own below `target`. */
  constructor(values, folder) {
    [this.#packages, this.#program] = values.map((value) => path.resolve(value));
    this.#folder = path.join(__dirname, '../../target', folder);
    this.server = new Server(require(path.join(this.#packages, 'ws')));
    before(() => this.#open());
    after(() => this.#close());
  }

  /**
   * An application of that name in `tests/apps`, built in some modes. Returns what compares its sides: `run` does the
   * same with both, and `judge` gets the figures that it returned.
   */
  application(name, { modes = ['production'], typeCheck }) {
    this.#applications.push({ name, modes, typeCheck });
    return (what, run, judge, mode = 'production') =>
      test(what, { timeout: 240_000 }, async () => {
        const found = {};
        for (const side of SIDES) {
          this.server.serve(path.join(this.#copy(name, side), mode));
          found[side] = await this.#show(`${name}-${side}`, (dashboard) => run(dashboard, side));
        }
        this.#figures.add(what, found);
        judge(found);
      });
  }

  /** Where a picture of that name is kept. */
  picture(name) {
    return path.join(this.#folder, 'pictures', `${name}.png`);
  }

  /** Ends the proof with what it measured. */
  report() {
    test('the figures', (context) => {
      this.#figures.write(path.join(this.#folder, 'figures.json'));
      for (const line of this.#figures.table()) context.diagnostic(line);
    });
  }

  async #open() {
    this.#address = await this.server.listen();
    mkdirSync(path.join(this.#folder, 'pictures'), { recursive: true });
    const copies = this.#applications.flatMap((application) => SIDES.map((side) => ({ ...application, side })));
    for (const { name, side } of copies) {
      const folder = this.#copy(name, side);
      copy(name, folder, this.#packages);
      if (side === 'after') repair(folder, this.#program);
    }
    await Promise.all(copies.map((one) => this.#prepare(one)));
    this.#browser = await launch(this.#packages);
  }

  async #close() {
    await this.#browser?.close();
    this.server.close();
  }

  #copy(name, side) {
    return path.join(this.#folder, name, side);
  }

  async #prepare({ name, modes, typeCheck, side }) {
    const folder = this.#copy(name, side);
    await typeCheck?.(folder, this.#packages);
    addEntry(name, folder);
    const address = this.#address;
    await Promise.all(modes.map((mode) => build(folder, this.#packages, { address, mode })));
  }

  async #show(name, run) {
    const dashboard = await Dashboard.open(this.#browser, this.#address);
    try {
      return await run(dashboard);
    } catch (error) {
      await dashboard.picture(this.picture(`failure-${name}`)).catch(() => undefined);
      throw error;
    } finally {
      this.server.comeBack();
      await dashboard.close();
      await this.server.until('nobody is connected', () => this.server.isAlone);
    }
  }
};
