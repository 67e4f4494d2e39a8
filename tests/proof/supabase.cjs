// A stand-in for Supabase: as much of its sign-in, tables and realtime as the application uses.
'use strict';

const { randomUUID } = require('node:crypto');

const USER = { id: randomUUID(), aud: 'authenticated', role: 'authenticated', app_metadata: {}, user_metadata: {} };

exports.Supabase = class Supabase {
  /** By topic, the sockets that joined it, with what names them there. */
  #joined = new Map();
  #changed;

  constructor(changed) {
    this.#changed = changed;
  }

  /** Answers a request of the client's, or says that it is none. */
  answer(path, response) {
    if (path === '/auth/v1/signup') return json(response, session());
    if (path.startsWith('/rest/v1/')) return json(response, []);
    return false;
  }

  accept(socket) {
    socket.on('message', (data, isBinary) => {
      // Only what a user sends comes as bytes, and here nobody waits for its receipt.
      if (!isBinary) this.#receive(socket, JSON.parse(data));
    });
    socket.on('close', () => {
      for (const members of this.#joined.values()) members.delete(socket);
      this.#changed();
    });
  }

  /** The topics that somebody listens to. */
  get topics() {
    const heard = [...this.#joined].filter(([, members]) => members.size > 0);
    return heard.map(([topic]) => topic.slice('realtime:'.length));
  }

  /** Tells all who listen to a table's changes of a new row. */
  insert(topic, table, record) {
    const columns = Object.keys(record).map((name) => ({ name, type: 'text' }));
    const commit_timestamp = new Date().toISOString();
    const data = { type: 'INSERT', schema: 'public', table, commit_timestamp, columns, record, errors: null };
    this.#push(topic, 'postgres_changes', ({ ids }) => ({ ids, data }));
  }

  broadcast(topic, event, payload) {
    this.#push(topic, 'broadcast', () => ({ type: 'broadcast', event, payload }));
  }

  #push(topic, event, payload) {
    const name = `realtime:${topic}`;
    for (const [socket, member] of this.#joined.get(name) ?? []) {
      socket.send(JSON.stringify([member.join, null, name, event, payload(member)]));
    }
  }

  #receive(socket, [join, ref, topic, event, payload]) {
    const reply = (response) =>
      socket.send(JSON.stringify([join, ref, topic, 'phx_reply', { status: 'ok', response }]));
    if (event === 'phx_join') {
      const postgres_changes = payload.config.postgres_changes.map((change, index) => ({ id: index + 1, ...change }));
      const members = this.#joined.get(topic) ?? new Map();
      this.#joined.set(topic, members.set(socket, { join, ids: postgres_changes.map(({ id }) => id) }));
      reply({ postgres_changes });
      this.#changed();
    } else if (event === 'phx_leave') {
      this.#joined.get(topic)?.delete(socket);
      reply({});
      this.#changed();
    } else if (event !== 'access_token') {
      reply({});
    }
  }
};

function session() {
  const expires_at = Math.floor(Date.now() / 1000) + 3600;
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { sub: USER.id, exp: expires_at };
  const access_token = [part({ alg: 'HS256', typ: 'JWT' }), part(claims), 'unsigned'].join('.');
  return { access_token, token_type: 'bearer', expires_in: 3600, expires_at, refresh_token: randomUUID(), user: USER };
}

function json(response, value) {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
  return true;
}
