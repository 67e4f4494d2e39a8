import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ownersOf, type Resource } from './resources';

const START = { line: 0, character: 0 };
const SOCKET: Resource = {
  kind: 'websocket',
  noun: 'WebSocket',
  name: 'socket',
  owner: 'Feed',
  range: { start: START, end: START },
  facts: [{ text: 'released', isGood: true }],
};

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
