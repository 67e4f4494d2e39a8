import assert from 'node:assert/strict';
import { test } from 'node:test';

import { adviceFor, findServer, type Places } from './server';

const UNIX: Places = {
  setting: '',
  packages: [],
  extensionFolder: '/extensions/halfopen',
  searchPath: '/usr/local/bin:/usr/bin',
  isWindows: false,
};

function found(places: Partial<Places>, ...programs: string[]) {
  return findServer({ ...UNIX, ...places }, (file) => programs.includes(file));
}

test('the program that the setting names comes first', () => {
  const { program } = found({ setting: '/opt/halfopen' }, '/opt/halfopen', '/usr/bin/halfopen');
  assert.equal(program, '/opt/halfopen');
});

test('a setting that names no program is not passed over', () => {
  const { program, steps } = found({ setting: '/opt/halfopen' }, '/usr/bin/halfopen');
  assert.equal(program, undefined);
  assert.deepEqual(steps, ['setting: /opt/halfopen is not the absolute path of an executable file']);
});

test('a relative path in the setting is no program', () => {
  assert.equal(found({ setting: 'bin/halfopen' }, 'bin/halfopen').program, undefined);
});

test('the program that the workspace has installed comes before the bundled one', () => {
  const [installed, bundled] = ['/app/node_modules/@halfopen/linux-x64/halfopen', '/extensions/halfopen/server/halfopen'];
  assert.equal(found({ packages: [installed] }, installed, bundled).program, installed);
  assert.equal(found({ packages: [installed] }, bundled).program, bundled);
  assert.equal(found({ packages: [installed], setting: '/opt/halfopen' }, installed, '/opt/halfopen').program, '/opt/halfopen');
});

test('the bundled program comes before those on PATH', () => {
  const bundled = '/extensions/halfopen/server/halfopen';
  assert.equal(found({}, bundled, '/usr/bin/halfopen').program, bundled);
});

test('the first program on PATH counts, and each step is told', () => {
  const { program, steps } = found({}, '/usr/bin/halfopen');
  assert.equal(program, '/usr/bin/halfopen');
  assert.deepEqual(steps, [
    'extension: /extensions/halfopen/server/halfopen is not the absolute path of an executable file',
    'PATH: /usr/local/bin/halfopen is not the absolute path of an executable file',
    'PATH: /usr/bin/halfopen is the server',
  ]);
});

test('empty and relative folders on PATH are passed over', () => {
  const { program } = found({ searchPath: ':.:bin:/usr/bin' }, 'halfopen', 'bin/halfopen', '/usr/bin/halfopen');
  assert.equal(program, '/usr/bin/halfopen');
});

test('on Windows the program ends with .exe and PATH is parted by semicolons', () => {
  const places = { extensionFolder: 'C:\\extension', searchPath: 'C:\\tools;D:\\bin', isWindows: true };
  const { program, steps } = found(places, 'D:\\bin\\halfopen.exe');
  assert.equal(program, 'D:\\bin\\halfopen.exe');
  assert.match(steps[0] ?? '', /^extension: C:\\extension\\server\\halfopen\.exe is not /);
});

test('the advice names the setting, and its value if it has one', () => {
  assert.match(adviceFor(''), /on PATH, or name it in the setting halfopen\.server\.path/);
  assert.match(adviceFor('/opt/halfopen'), /halfopen\.server\.path is not .*: \/opt\/halfopen\. /);
});
