// The same proof for a page in Vue and one in Svelte: what their defects leave open, and what is left after the fixes.
// Called with the folder of the packages and halfopen's program.
'use strict';

const assert = require('node:assert/strict');

const { lateReturns, returns } = require('./outage.cjs');
const { ROUNDS, left } = require('./rounds.cjs');
const { Stage } = require('./stage.cjs');
const { AT_ONCE, CLIENTS, cutAll } = require('./storm.cjs');

const stage = new Stage(process.argv.slice(2), 'proof-frameworks');
const { server } = stage;
const compareVue = stage.application('vue-board', {});
const compareSvelte = stage.application('svelte-board', {});

const STOCK = '/live/stock';
const DOCKS = '/live/docks';
const DEPARTURES = '/live/departures';
const DISRUPTIONS = '/live/disruptions';
const PLATFORMS = '/live/platforms';

/** Nothing comes back before the rounds are over, however long they take. */
async function leftAfterRounds(dashboard, { show, closed, seconds, kinds }) {
  await dashboard.stopClock();
  const gone = () => server.until('they are closed', () => closed.every((feed) => server.connected(feed) === 0));
  return left(dashboard, { show, gone, settle: () => dashboard.pass(seconds), kinds });
}

const none = (found) => assert.deepEqual(new Set(Object.values(found)), new Set([0]), 'nothing is left');

compareVue(
  `Vue: what is left after ${ROUNDS} mounts`,
  (dashboard) =>
    leftAfterRounds(dashboard, {
      show: async () => {
        await dashboard.mount('App');
        for (const feed of [STOCK, DOCKS]) await dashboard.connected(feed, 1);
      },
      closed: [STOCK, DOCKS],
      // The delay of three seconds after which a socket that was closed on purpose comes back, and more.
      seconds: 5,
    }),
  ({ before, after }) => {
    assert.equal(before.streams, ROUNDS, 'each mount leaves an EventSource');
    assert.equal(before.sockets, ROUNDS, 'a socket that comes back for nobody');
    assert.equal(before.timers, ROUNDS, 'an interval');
    assert.equal(before.listeners, 2 * ROUNDS, 'and two listeners');
    none(after);
  },
);

compareVue(`Vue: ${CLIENTS} tickers come back`, cutAll(server, 'StockTicker', STOCK), AT_ONCE);

async function showDepartures(dashboard) {
  await dashboard.mount('App');
  for (const feed of [DEPARTURES, PLATFORMS]) await dashboard.connected(feed, 1);
  await server.until('the disruptions are asked for', () => server.connected(DISRUPTIONS) > 0);
  // They come with the answer after which their interval starts.
  await dashboard.see('The lift is out of order');
}

compareSvelte(
  `Svelte: what is left after ${ROUNDS} mounts`,
  (dashboard) =>
    leftAfterRounds(dashboard, {
      show: () => showDepartures(dashboard),
      closed: [DEPARTURES, PLATFORMS],
      // The first delay of none of them is longer than this.
      seconds: 5,
      kinds: ['sockets', 'listeners', 'timers'],
    }),
  ({ before, after }) => {
    assert.equal(before.sockets, ROUNDS, 'each mount leaves a socket');
    assert.equal(before.timers, ROUNDS, 'and an interval');
    none(after);
  },
);

const departure = (destination) => [{ id: '1', destination, time: '12:00' }];

compareSvelte(
  'Svelte: a network that is cut',
  async (dashboard, side) => {
    await showDepartures(dashboard);
    server.push(DEPARTURES, departure('Old Town'));
    await dashboard.see('Old Town');

    const cut = await dashboard.stopClock();
    server.goAway();
    await dashboard.see('Departures (not live)');
    await dashboard.passUntil('the neighbour is refused', () => server.refused(PLATFORMS) > 0);
    server.comeBack();
    await dashboard.passUntil('the neighbour is back', () => server.connected(PLATFORMS) === 1);
    const asked = await returns(dashboard, server, DEPARTURES, cut);
    const reached = server.push(DEPARTURES, departure('New Harbour'));
    if (reached > 0) await dashboard.see('New Harbour');
    server.push(PLATFORMS, { 'Platform 1': 'Airport Express' });
    await dashboard.see('Platform 1: Airport Express');
    await dashboard.picture(stage.picture(`svelte-back-${side}`));
    const isShown = await dashboard.shows('New Harbour');

    server.goAway();
    await dashboard.see('Departures (not live)');
    await server.until('all are cut off', () => server.isAlone);
    const late = await lateReturns(dashboard, server, [DEPARTURES, DISRUPTIONS, PLATFORMS]);
    return {
      'the departures were asked for': asked,
      'lists that a new departure reached': reached,
      'the new departure is shown': isShown,
      'feeds asked for after the unmount': late,
    };
  },
  ({ before, after }) => {
    assert.equal(before['the departures were asked for'], 0);
    assert.equal(before['the new departure is shown'], false);
    assert.ok(after['the departures were asked for'] > 0);
    assert.equal(after['lists that a new departure reached'], 1);
    assert.equal(after['the new departure is shown'], true);
    assert.equal(after['feeds asked for after the unmount'], 0);
  },
);

stage.report();
