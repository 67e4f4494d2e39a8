// The server of the applications, as the proof wants it: it pushes when it is told to, and goes away and comes back.
'use strict';

const assert = require('node:assert/strict');
const { EventEmitter, once } = require('node:events');
const { readFile } = require('node:fs/promises');
const { createServer } = require('node:http');
const path = require('node:path');

const { Supabase } = require('./supabase.cjs');

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const REALTIME = '/realtime/v1/websocket';
const FEEDS = '/live/';

/** What is not pushed. */
const ANSWERS = { '/api/history': [], '/api/queue': [1, 2, 3], '/api/notices': ['The lift is out of order'] };

/** A browser makes up to five seconds between many sockets of one page. */
const LONGEST_MS = 30_000;

exports.Server = class Server {
  #changes = new EventEmitter();
  supabase = new Supabase(() => this.#changed());
  #http = createServer((request, response) => this.#answer(request, response));
  #sockets;
  #streams = new Set();
  #refused = new Map();
  #isAway = false;
  #folder;

  constructor({ WebSocketServer }) {
    this.#sockets = new WebSocketServer({ noServer: true });
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  async listen() {
    await new Promise((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${this.#http.address().port}`;
  }

  /** Serves the files of a folder from now on. */
  serve(folder) {
    this.#folder = folder;
  }

  close() {
    this.drop();
    this.#http.closeAllConnections();
    this.#http.close();
  }

  /** Waits until what it knows of its clients is so. */
  async until(what, isSo) {
    const signal = AbortSignal.timeout(LONGEST_MS);
    while (!isSo()) {
      await once(this.#changes, 'change', { signal }).catch(() => assert.fail(`it never came to this: ${what}`));
    }
  }

  /** How many sockets of a path are open. */
  connected(path) {
    return this.#clients(path).length;
  }

  /** Whether no client is left. */
  get isAlone() {
    return this.#sockets.clients.size === 0 && this.#streams.size === 0;
  }

  /** How often a path was asked for in vain while the server was away. */
  refused(path) {
    return this.#refused.get(path) ?? 0;
  }

  /** Sends to all sockets of a path, and tells how many there are. */
  push(path, message) {
    const clients = this.#clients(path);
    for (const client of clients) client.send(JSON.stringify(message));
    return clients.length;
  }

  /** Ends every socket without a word, as a cut network or a server that crashed does. */
  drop() {
    for (const client of this.#sockets.clients) client.terminate();
  }

  goAway() {
    this.#isAway = true;
    this.#refused.clear();
    this.drop();
  }

  comeBack() {
    this.#isAway = false;
  }

  #changed() {
    this.#changes.emit('change');
  }

  #clients(path) {
    return [...this.#sockets.clients].filter((client) => client.path === path && client.readyState === client.OPEN);
  }

  #upgrade(request, socket, head) {
    socket.on('error', () => socket.destroy());
    const { pathname } = new URL(request.url, 'http://server');
    if (this.#isAway || (pathname !== REALTIME && !pathname.startsWith(FEEDS))) {
      this.#refused.set(pathname, this.refused(pathname) + 1);
      this.#changed();
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      client.path = pathname;
      client.on('error', () => client.terminate());
      client.on('close', () => this.#changed());
      if (pathname === REALTIME) this.supabase.accept(client);
      this.#changed();
    });
  }

  async #answer(request, response) {
    const { pathname } = new URL(request.url, 'http://server');
    if (request.headers.accept === 'text/event-stream') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' }).flushHeaders();
      this.#streams.add(response);
      response.on('close', () => {
        this.#streams.delete(response);
        this.#changed();
      });
      this.#changed();
    } else if (pathname in ANSWERS) {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(ANSWERS[pathname]));
    } else if (!this.supabase.answer(pathname, response)) {
      await this.#file(pathname, response);
    }
  }

  async #file(pathname, response) {
    const file = path.join(this.#folder, path.normalize(pathname));
    const content = await readFile(file).catch(() => undefined);
    if (content === undefined) return response.writeHead(404).end();
    return response.writeHead(200, { 'Content-Type': TYPES[path.extname(file)] ?? 'text/plain' }).end(content);
  }
};
