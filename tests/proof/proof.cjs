// The defects of the example application in a real browser, and what is left of them after halfopen's fixes.
// Called with the folder of the packages and halfopen's program.
'use strict';

const assert = require('node:assert/strict');

const { typeCheck } = require('./copies.cjs');
const { lateReturns, returns } = require('./outage.cjs');
const { ROUNDS, left } = require('./rounds.cjs');
const { Stage } = require('./stage.cjs');
const { AT_ONCE, CLIENTS, NEVER, cutAll } = require('./storm.cjs');

const stage = new Stage(process.argv.slice(2), 'proof');
const { server } = stage;
const compare = stage.application('dashboard', { modes: ['production', 'development'], typeCheck });

const METRICS = '/live/metrics';
const LOGS = '/live/logs';
const HOSTS = '/live/hosts';
const FEEDS = [METRICS, LOGS, HOSTS];

/** Shows the application, once, and waits until its three feeds are there. */
async function show(dashboard, name = 'App') {
  await dashboard.mount(name);
  for (const feed of FEEDS) await dashboard.connected(feed, 1);
}

const sample = (requestsPerSecond) => ({ at: Date.now(), requestsPerSecond, errorRate: 0.01 });

compare(
  `what is left after ${ROUNDS} mounts`,
  async (dashboard) => {
    const gone = () => server.until('the feeds are closed', () => FEEDS.every((feed) => server.connected(feed) === 0));
    // Supabase's client keeps its socket for 50 seconds after its last channel, in case there is another one.
    const settle = async () => {
      await dashboard.stopClock();
      await dashboard.pass(60);
    };
    const found = await left(dashboard, { show, gone, settle });
    return { ...found, 'topics at the server': server.supabase.topics.length };
  },
  ({ before, after }) => {
    assert.equal(before.streams, ROUNDS, 'each mount leaves an EventSource');
    assert.equal(before['auth subscriptions'], ROUNDS, 'and a callback of the sign-in');
    assert.ok(before.channels > 0 && before['topics at the server'] > 0, 'channels stay joined');
    assert.ok(before.sockets > 0, 'and keep the socket open');
    assert.deepEqual(new Set(Object.values(after)), new Set([0]), 'nothing is left');
  },
);

compare(
  'a network that is cut',
  async (dashboard, side) => {
    await show(dashboard);
    server.push(METRICS, sample(101));
    server.push(HOSTS, { host: 'web-1', cpu: 0.5, memory: 0.5 });
    await dashboard.see('101/s');
    await dashboard.see('web-1');
    await dashboard.picture(stage.picture(`live-${side}`));

    const cut = await dashboard.stopClock();
    server.goAway();
    await dashboard.see('Requests (not live)');
    await dashboard.passUntil('the neighbours are refused', () => [LOGS, HOSTS].every((feed) => server.refused(feed)));
    server.comeBack();
    await dashboard.passUntil('the neighbours are back', () => [LOGS, HOSTS].every((feed) => server.connected(feed)));
    const asked = await returns(dashboard, server, METRICS, cut);
    const reached = server.push(METRICS, sample(202));
    if (reached > 0) await dashboard.see('202/s');
    server.push(LOGS, { id: 1, level: 'info', text: 'the server is back' });
    await dashboard.see('the server is back');
    await dashboard.picture(stage.picture(`back-${side}`));
    const isShown = await dashboard.shows('202/s');

    server.goAway();
    await dashboard.see('Requests (not live)');
    await dashboard.see('Log (disconnected)');
    const late = await lateReturns(dashboard, server, FEEDS);
    return {
      'the chart asked for its feed': asked,
      'charts that a new sample reached': reached,
      'the new sample is shown': isShown,
      'feeds asked for after the unmount': late,
    };
  },
  ({ before, after }) => {
    assert.equal(before['the chart asked for its feed'], 0);
    assert.equal(before['the new sample is shown'], false);
    assert.ok(after['the chart asked for its feed'] > 0);
    assert.equal(after['charts that a new sample reached'], 1);
    assert.equal(after['the new sample is shown'], true);
    assert.equal(after['feeds asked for after the unmount'], 0);
  },
);

compare(`${CLIENTS} charts come back`, cutAll(server, 'MetricChart', METRICS), NEVER);

compare(`${CLIENTS} log tails come back`, cutAll(server, 'LogTail', LOGS), AT_ONCE);

compare(
  'what the channels show',
  async (dashboard) => {
    await show(dashboard);
    const hasFailed = await dashboard.shows('Incidents: this section has failed');
    if (!hasFailed) {
      await server.until('incidents are joined', () => server.supabase.topics.includes('incidents'));
      server.supabase.insert('incidents', 'incidents', { id: '1', title: 'Queue is full', status: 'open' });
      await dashboard.see('Queue is full: open');
    }

    await dashboard.click("Join the team's room");
    await server.until('the chat is joined', () => server.supabase.topics.includes('chat:platform'));
    for (const text of ['first', 'second', 'third']) {
      server.supabase.broadcast('chat:platform', 'message', { id: text, author: 'Ada', text });
      await dashboard.see(`Ada ${text}`);
    }
    return {
      'the incidents have failed': hasFailed,
      'messages shown of three': await dashboard.count('ol > li'),
    };
  },
  ({ before, after }) => {
    assert.deepEqual(before, { 'the incidents have failed': true, 'messages shown of three': 1 });
    assert.deepEqual(after, { 'the incidents have failed': false, 'messages shown of three': 3 });
  },
);

compare(
  'a developer, for whom React runs effects twice',
  async (dashboard) => {
    await show(dashboard, 'StrictApp');
    const hasFailed = await dashboard.shows('Deployments: this section has failed');
    if (!hasFailed) {
      await server.until('deployments are joined', () => server.supabase.topics.includes('deployments'));
      server.supabase.insert('deployments', 'deployments', { id: '1', service: 'api', version: 'v7' });
      await dashboard.see('api v7 is being rolled out');
    }
    return {
      'the deployments have failed': hasFailed,
      'the incidents have failed': await dashboard.shows('Incidents: this section has failed'),
    };
  },
  ({ before, after }) => {
    assert.deepEqual(before, { 'the deployments have failed': true, 'the incidents have failed': true });
    assert.deepEqual(after, { 'the deployments have failed': false, 'the incidents have failed': false });
  },
  'development',
);

stage.report();
