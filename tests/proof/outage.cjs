// What follows when a server that was away is back.
'use strict';

/** How often a feed was asked for since the cut, once that had time to happen; what asked is connected then. */
exports.returns = async (dashboard, server, feed, cut) => {
  // No client waits for longer than 30 seconds, however long the server was away.
  for (let second = 0; second < 31 && server.connected(feed) === 0; second += 1) await dashboard.pass(1);
  const asked = (await dashboard.asked(feed, cut)).length;
  if (asked > 0) await dashboard.connected(feed, 1);
  return asked;
};

/** How often feeds are asked for when the page has gone during an outage: what waits for its next attempt must not make it. */
exports.lateReturns = async (dashboard, server, feeds) => {
  await dashboard.unmount();
  const gone = await dashboard.now();
  server.comeBack();
  await dashboard.pass(31);
  const late = await Promise.all(feeds.map(async (feed) => (await dashboard.asked(feed, gone)).length));
  return late.reduce((sum, count) => sum + count);
};
