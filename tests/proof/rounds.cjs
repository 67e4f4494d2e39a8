// An application that is shown and taken away many times, and what of it is still there then.
'use strict';

const assert = require('node:assert/strict');

const ROUNDS = 50;

/** What is open is counted: otherwise nothing would be left over, whatever the application does. */
async function sees(dashboard, start, kinds) {
  const open = await dashboard.open();
  for (const key of kinds) assert.ok(open[key] > start[key], `${key} are counted`);
}

/**
 * What is left after many rounds, once `settle` has let pass what ends by itself, or comes back. `kinds` are those that
 * the application opens, if it does not open all.
 */
async function left(dashboard, { show, gone, settle, kinds }) {
  const start = await dashboard.open();
  for (let round = 0; round < ROUNDS; round += 1) {
    await show(dashboard);
    if (round === 0) await sees(dashboard, start, kinds ?? Object.keys(start));
    await dashboard.unmount();
    await gone();
  }
  await settle(dashboard);
  const end = await dashboard.open();
  return Object.fromEntries(Object.keys(end).map((key) => [key, end[key] - start[key]]));
}

module.exports = { ROUNDS, left };
