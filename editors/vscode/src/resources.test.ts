import assert from 'node:assert/strict';
import { test } from 'node:test';

import { factsOf, ownersOf, type Resource } from './resources';

const START = { line: 0, character: 0 };
const SOCKET: Resource = {
  kind: 'websocket',
  noun: 'WebSocket',
  name: 'socket',
  owner: 'Feed',
  range: { start: START, end: START },
  isReleased: true,
  comesBack: 'with-backoff',
  hearsErrors: true,
};

test('what a resource has and lacks is told in words', () => {
  assert.deepEqual(factsOf(SOCKET), [
    { text: 'released', isGood: true },
    { text: 'reconnects, backs off', isGood: true },
    { text: 'handles errors', isGood: true },
  ]);
  assert.deepEqual(factsOf({ ...SOCKET, isReleased: false, comesBack: 'never', hearsErrors: false }), [
    { text: 'never released', isGood: false },
    { text: 'never reconnects', isGood: false },
    { text: 'errors go unheard', isGood: false },
  ]);
});

test('what nobody can tell is neither good nor bad', () => {
  const facts = factsOf({ ...SOCKET, isReleased: null, comesBack: 'unknown', hearsErrors: null });
  assert.deepEqual(facts, [
    { text: 'release not seen', isGood: undefined },
    { text: 'reconnect not seen', isGood: undefined },
  ]);
});

test('resources stand below their owners, file by file', () => {
  const shared = { ...SOCKET, owner: null };
  const owners = ownersOf(
    new Map([
      ['file:///b.ts', [shared]],
      ['file:///a.ts', [SOCKET, shared, SOCKET]],
      ['file:///c.ts', []],
    ]),
  );
  assert.deepEqual(
    owners.map(({ uri, name, resources }) => [uri, name, resources.length]),
    [
      ['file:///a.ts', 'Feed', 2],
      ['file:///a.ts', 'the module', 1],
      ['file:///b.ts', 'the module', 1],
    ],
  );
});
