// The defects of the example application in a real browser, and what is left of them after halfopen's fixes.
// Called with the folder of the packages and halfopen's program.
'use strict';

const assert = require('node:assert/strict');
const { mkdirSync } = require('node:fs');
const path = require('node:path');
const { after, before, test } = require('node:test');

const { addEntry, build, copy, repair, typeCheck } = require('./copies.cjs');
const { Dashboard, launch } = require('./dashboard.cjs');
const { Figures } = require('./figures.cjs');
const { Server } = require('./server.cjs');

const [packages, program] = process.argv.slice(2).map((argument) => path.resolve(argument));
const folder = path.join(__dirname, '../../target/proof');
const pictures = path.join(folder, 'pictures');

const SIDES = ['before', 'after'];
const METRICS = '/live/metrics';
const LOGS = '/live/logs';
const HOSTS = '/live/hosts';
const FEEDS = [METRICS, LOGS, HOSTS];

const figures = new Figures();
const server = new Server(require(path.join(packages, 'ws')));
let address;
let browser;

before(async () => {
  address = await server.listen();
  mkdirSync(pictures, { recursive: true });
  for (const side of SIDES) {
    const application = path.join(folder, side);
    copy(application, packages);
    if (side === 'after') repair(application, program);
  }
  await Promise.all(SIDES.map(prepare));
  browser = await launch(packages);
});

after(async () => {
  await browser?.close();
  server.close();
});

async function prepare(side) {
  const application = path.join(folder, side);
  await typeCheck(application, packages);
  addEntry(application);
  await Promise.all(['production', 'development'].map((mode) => build(application, packages, { address, mode })));
}

/** Does the same with both copies, and judges the figures that `run` returns. */
function compare(name, run, judge, mode = 'production') {
  test(name, { timeout: 240_000 }, async () => {
    const found = {};
    for (const side of SIDES) {
      server.serve(path.join(folder, side, mode));
      const dashboard = await Dashboard.open(browser, address);
      try {
        found[side] = await run(dashboard, side);
      } catch (error) {
        await dashboard.picture(path.join(pictures, `failure-${side}.png`)).catch(() => undefined);
        throw error;
      } finally {
        server.comeBack();
        await dashboard.close();
        await server.until('nobody is connected', () => server.isAlone);
      }
    }
    figures.add(name, found);
    judge(found);
  });
}

/** Shows the application, once, and waits until its three feeds are there. */
async function show(dashboard, name = 'App') {
  await dashboard.mount(name);
  for (const feed of FEEDS) await dashboard.connected(feed, 1);
}

const sample = (requestsPerSecond) => ({ at: Date.now(), requestsPerSecond, errorRate: 0.01 });

/** What is open is counted: otherwise nothing would be left over, whatever the application does. */
async function sees(dashboard, start) {
  const open = await dashboard.open();
  for (const key of Object.keys(start)) assert.ok(open[key] > start[key], `${key} are counted`);
}

const ROUNDS = 50;

compare(
  `what is left after ${ROUNDS} mounts`,
  async (dashboard) => {
    const start = await dashboard.open();
    for (let round = 0; round < ROUNDS; round += 1) {
      await show(dashboard);
      if (round === 0) await sees(dashboard, start);
      await dashboard.unmount();
      await server.until('the feeds are closed', () => FEEDS.every((feed) => server.connected(feed) === 0));
    }
    // Supabase's client keeps its socket for 50 seconds after its last channel, in case there is another one.
    await dashboard.stopClock();
    await dashboard.pass(60);
    const end = await dashboard.open();
    const left = Object.fromEntries(Object.keys(end).map((key) => [key, end[key] - start[key]]));
    return { ...left, 'topics at the server': server.supabase.topics.length };
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
    await dashboard.picture(path.join(pictures, `live-${side}.png`));

    const cut = await dashboard.stopClock();
    server.goAway();
    await dashboard.see('Requests (not live)');
    await dashboard.passUntil('the neighbours are refused', () => [LOGS, HOSTS].every((feed) => server.refused(feed)));
    server.comeBack();
    await dashboard.passUntil('the neighbours are back', () => [LOGS, HOSTS].every((feed) => server.connected(feed)));
    // No client waits for longer than 30 seconds, however long the server was away.
    for (let second = 0; second < 31 && server.connected(METRICS) === 0; second += 1) await dashboard.pass(1);

    const asked = (await dashboard.asked(METRICS, cut)).length;
    if (asked > 0) await dashboard.connected(METRICS, 1);
    const reached = server.push(METRICS, sample(202));
    if (reached > 0) await dashboard.see('202/s');
    server.push(LOGS, { id: 1, level: 'info', text: 'the server is back' });
    await dashboard.see('the server is back');
    await dashboard.picture(path.join(pictures, `back-${side}.png`));
    const isShown = await dashboard.shows('202/s');

    // What waits for its next attempt when the application goes must not make it.
    server.goAway();
    await dashboard.see('Requests (not live)');
    await dashboard.see('Log (disconnected)');
    await dashboard.unmount();
    const gone = await dashboard.now();
    server.comeBack();
    await dashboard.pass(31);
    const late = await Promise.all(FEEDS.map(async (feed) => (await dashboard.asked(feed, gone)).length));
    return {
      'the chart asked for its feed': asked,
      'charts that a new sample reached': reached,
      'the new sample is shown': isShown,
      'feeds asked for after the unmount': late.reduce((sum, count) => sum + count),
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

const CLIENTS = 100;

/**
 * The most of a hundred clients that may come in one tenth of the time in which all of them come. With delays that are
 * spread evenly that is ten, give or take; forty come by chance less often than once in 10^12 runs.
 */
const MOST = 40;

/** A hundred clients of one kind lose their sockets in one moment, and the server is there again at once. */
const cutAll = (name, feed) => async (dashboard) => {
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

compare(`${CLIENTS} charts come back`, cutAll('MetricChart', METRICS), ({ before, after }) => {
  assert.equal(before['asked again'], 0);
  assert.equal(after['asked again'], CLIENTS);
  assert.ok(after['most in a tenth of the time'] <= MOST, 'they come one by one');
});

compare(`${CLIENTS} log tails come back`, cutAll('LogTail', LOGS), ({ before, after }) => {
  assert.equal(before['asked again'], CLIENTS);
  assert.equal(before['most in a millisecond'], CLIENTS, 'all of them come at once');
  assert.equal(after['asked again'], CLIENTS);
  assert.ok(after['most in a tenth of the time'] <= MOST, 'they come one by one');
});

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

test('the figures', (context) => {
  figures.write(path.join(folder, 'figures.json'));
  for (const line of figures.table()) context.diagnostic(line);
});
