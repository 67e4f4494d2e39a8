// What the written functions do when connections drop, fall silent and are refused: `node behaviour.mjs FILE`.
import assert from "node:assert/strict";
import { mock } from "node:test";

const { openSocket, openStream } = await import(process.argv[2]);

/** Stands for sockets and streams of the browser. */
class Fake {
  static made = [];
  static CLOSED = 2;
  readyState = 0;
  constructor(url) {
    this.url = url;
    Fake.made.push(this);
  }
  close() {
    this.isClosed = true;
  }
}

const page = new EventTarget();
let listeners = 0;
globalThis.window = {
  addEventListener: (name, run) => ((listeners += 1), page.addEventListener(name, run)),
  removeEventListener: (name, run) => ((listeners -= 1), page.removeEventListener(name, run)),
};
globalThis.WebSocket = Fake;
globalThis.EventSource = Fake;
console.info = console.warn = () => {};
Math.random = () => 1;
mock.timers.enable({ apis: ["setTimeout", "Date"] });

const newest = () => Fake.made.at(-1);
const told = [];
const heard = [];
const options = { show: (status) => told.push(status), receive: (message) => heard.push(message) };

// A socket that opens, speaks, drops twice and comes back, each time later.
let stop = openSocket("wss://example.com", options);
newest().onopen();
newest().onmessage({ data: '{"a":1}' });
newest().onmessage({ data: "not JSON" });
assert.deepEqual([told, heard], [["connecting", "open"], [{ a: 1 }]]);
const first = newest();
first.onclose({ code: 1006, reason: "" });
assert.equal(first.onclose, null, "what is closed is not heard again");
mock.timers.tick(999);
assert.equal(Fake.made.length, 1);
mock.timers.tick(1);
assert.equal(Fake.made.length, 2);
newest().onclose({ code: 1006, reason: "" });
mock.timers.tick(1_999);
assert.equal(Fake.made.length, 2);
mock.timers.tick(1);
assert.equal(Fake.made.length, 3);

// One that does not answer, and one that falls silent.
mock.timers.tick(10_000);
assert.equal(told.at(-1), "waiting");
mock.timers.tick(4_000);
assert.equal(Fake.made.length, 4);
newest().onopen();
mock.timers.tick(69_000);
newest().onmessage({ data: "{}" });
mock.timers.tick(69_000);
assert.equal(told.at(-1), "open");
mock.timers.tick(1_000);
assert.equal(told.at(-1), "waiting");
assert.ok(Fake.made[3].isClosed);

// The network is back before the delay is over; and a refusal is final.
page.dispatchEvent(new Event("online"));
assert.equal(Fake.made.length, 5);
page.dispatchEvent(new Event("online"));
assert.equal(Fake.made.length, 5, "it is on its way");
newest().onclose({ code: 4_001, reason: "banned" });
assert.equal(told.at(-1), "refused");
mock.timers.tick(600_000);
page.dispatchEvent(new Event("online"));
assert.equal(Fake.made.length, 5);
stop();
assert.equal(listeners, 0);

// What is ended stays ended, whatever it waited for.
stop = openSocket("wss://example.com", options);
newest().onclose({ code: 1001, reason: "" });
stop();
mock.timers.tick(600_000);
page.dispatchEvent(new Event("online"));
assert.equal(Fake.made.length, 6);
stop = openSocket("wss://example.com", options);
stop();
assert.ok(newest().isClosed);
assert.equal(listeners, 0);

// The browser repairs a stream by itself, but not after an answer that is none.
stop = openStream("/api/events", options);
newest().onopen();
newest().onerror();
mock.timers.tick(600_000);
assert.equal(Fake.made.length, 8);
newest().readyState = Fake.CLOSED;
newest().onerror();
mock.timers.tick(1_000);
assert.equal(Fake.made.length, 9);
newest().readyState = Fake.CLOSED;
newest().onerror();
page.dispatchEvent(new Event("online"));
assert.equal(Fake.made.length, 10);
stop();
assert.ok(newest().isClosed);
mock.timers.tick(600_000);
assert.equal(Fake.made.length, 10);
assert.equal(listeners, 0);
