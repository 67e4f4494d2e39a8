import assert from 'node:assert/strict';
import { test } from 'node:test';

import { serverSettings } from './settings';

type Values = Record<string, unknown>;

/** A configuration as VS Code merges it: the workspace over the user over the manifest's defaults. */
function configuration(user: Values, workspace: Values = {}) {
  const defaults: Values = { preset: 'recommended', rules: {}, listeners: 'realtime', maxFileSize: 4194304 };
  return {
    get: (key: string) => ({ ...defaults, ...user, ...workspace })[key],
    inspect: (key: string) => ({ globalValue: user[key], workspaceValue: workspace[key] }),
  };
}

test('what is not set is not sent', () => {
  assert.deepEqual(serverSettings(configuration({})), {});
});

test('null takes a setting back', () => {
  assert.deepEqual(serverSettings(configuration({ preset: 'strict' }, { preset: null })), {});
});

test('what the user or the workspace set is sent, and nothing of the extension itself', () => {
  const user = { maxFileSize: 1000, preset: 'recommended', 'server.path': '/opt/halfopen' };
  const workspace = { preset: 'strict' };
  assert.deepEqual(serverSettings(configuration(user, workspace)), { preset: 'strict', maxFileSize: 1000 });
});
