// What was measured on both sides, to read and to keep.
'use strict';

const { writeFileSync } = require('node:fs');

exports.Figures = class Figures {
  #found = {};

  add(name, found) {
    this.#found[name] = found;
  }

  write(file) {
    writeFileSync(file, `${JSON.stringify(this.#found, null, 2)}\n`);
  }

  /** The lines of a table. */
  table() {
    const rows = [['', 'before', 'after']];
    for (const [name, { before, after }] of Object.entries(this.#found)) {
      rows.push([name, '', '']);
      for (const key of Object.keys(before)) rows.push([`  ${key}`, String(before[key]), String(after[key])]);
    }
    const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
    return rows.map(([what, ...values]) =>
      [what.padEnd(widths[0]), ...values.map((value, at) => value.padStart(widths[at + 1]))].join('  ').trimEnd(),
    );
  }
};
