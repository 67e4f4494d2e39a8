// Runs in the page before the application: counts what is open, and changes nothing about it.
'use strict';

(() => {
  const sockets = [];
  const streams = [];
  const timers = new Set();
  const listeners = new Map([
    [window, []],
    [document, []],
  ]);

  const RealSocket = WebSocket;
  window.WebSocket = class WebSocket extends RealSocket {
    constructor(...values) {
      super(...values);
      // The page's own clock, which the proof moves.
      sockets.push({ socket: this, path: new URL(this.url).pathname, at: Date.now() });
    }
  };

  const RealSource = EventSource;
  window.EventSource = class EventSource extends RealSource {
    constructor(...values) {
      super(...values);
      streams.push(this);
    }
  };

  for (const [set, clear, once] of [
    ['setTimeout', 'clearTimeout', true],
    ['setInterval', 'clearInterval', false],
  ]) {
    const realSet = window[set].bind(window);
    const realClear = window[clear].bind(window);
    window[set] = (run, delay, ...values) => {
      const id = realSet(
        (...given) => {
          if (once) timers.delete(id);
          run(...given);
        },
        delay,
        ...values,
      );
      timers.add(id);
      return id;
    };
    window[clear] = (id) => {
      timers.delete(id);
      realClear(id);
    };
  }

  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const captures = (options) => (typeof options === 'object' ? Boolean(options?.capture) : Boolean(options));

  function forget(target, type, listener, capture) {
    const known = listeners.get(target);
    const at = known.findIndex((one) => one.type === type && one.listener === listener && one.capture === capture);
    if (at !== -1) known.splice(at, 1);
  }

  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const target = this ?? window;
    if (listeners.has(target) && listener && !options?.signal?.aborted) {
      const capture = captures(options);
      // The same one added twice is one.
      forget(target, type, listener, capture);
      listeners.get(target).push({ type, listener, capture });
      const end = () => forget(target, type, listener, capture);
      if (options?.once) addEventListener.call(target, type, end, options);
      if (options?.signal) addEventListener.call(options.signal, 'abort', end);
    }
    return addEventListener.call(target, type, listener, options);
  };

  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    const target = this ?? window;
    if (listeners.has(target)) forget(target, type, listener, captures(options));
    return removeEventListener.call(target, type, listener, options);
  };

  window.counters = {
    open: () => ({
      // One that is about to close was asked to, which is all that the page can do.
      sockets: sockets.filter(({ socket }) => socket.readyState <= RealSocket.OPEN).length,
      streams: streams.filter((stream) => stream.readyState !== RealSource.CLOSED).length,
      listeners: [...listeners.values()].flat().length,
      timers: timers.size,
    }),
    /** How many sockets of a path are open on this side. */
    connected: (path) =>
      sockets.filter((one) => one.path === path && one.socket.readyState === RealSocket.OPEN).length,
    /** When, since a moment, sockets of a path were asked for. */
    asked: (path, since) => sockets.filter((one) => one.path === path && one.at >= since).map(({ at }) => at - since),
  };
})();
