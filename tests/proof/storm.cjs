// A server that restarts, and all of its clients that come back.
'use strict';

const assert = require('node:assert/strict');

const CLIENTS = 100;

/**
 * The most of a hundred clients that may come in one tenth of the time in which all of them come. With delays that are
 * spread evenly that is ten, give or take; forty come by chance less often than once in 10^12 runs.
 */
const MOST = 40;

/** A hundred clients of one kind lose their sockets in one moment, and the server is there again at once. */
const cutAll = (server, name, feed) => async (dashboard) => {
  // Chromium keeps sockets waiting for seconds if many of a page are asked for at once.
  for (let clients = 10; clients <= CLIENTS; clients += 10) {
    await dashboard.mount(name, 10);
    await dashboard.connected(feed, clients);
  }
  const cut = await dashboard.stopClock();
  server.drop();
  await dashboard.connected(feed, 0);
  // The first delay of none of them is longer than this.
  await dashboard.pass(5);
  const asked = (await dashboard.asked(feed, cut)).map(Math.round);
  await dashboard.connected(feed, asked.length);
  const window = Math.max(...asked, 1);
  const tenths = Array(10).fill(0);
  for (const at of asked) tenths[Math.min(9, Math.floor((at / window) * 10))] += 1;
  return {
    'asked again': asked.length,
    'first and last after ms': asked.length > 0 ? `${Math.min(...asked)}-${Math.max(...asked)}` : 'never',
    'most in a tenth of the time': Math.max(...tenths),
    'most in a millisecond': Math.max(0, ...asked.map((at) => asked.filter((other) => other === at).length)),
  };
};

/** Clients that never came back, or all in one moment, come one by one after the fixes. */
const judgeStorm = (cameBack) => ({ before, after }) => {
  assert.equal(before['asked again'], cameBack ? CLIENTS : 0);
  assert.equal(before['most in a millisecond'], cameBack ? CLIENTS : 0, 'all of them come at once');
  assert.equal(after['asked again'], CLIENTS);
  assert.ok(after['most in a tenth of the time'] <= MOST, 'they come one by one');
};

module.exports = { CLIENTS, NEVER: judgeStorm(false), AT_ONCE: judgeStorm(true), cutAll };
