// The packages for npm: built, packed, installed into an empty project, and used as people use them.
// Called with the program, which is taken for this machine's platform.
'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { before, test } = require('node:test');

const { findProgram } = require('../../server/npm/halfopen/lib/program.cjs');

const root = path.join(__dirname, '../..');
const program = path.resolve(process.argv[2]);
const target = `${process.platform}-${process.arch}`;
const version = /^\[workspace\.package\][^[]*^version = "(.*)"$/m.exec(
  readFileSync(path.join(root, 'Cargo.toml'), 'utf8'),
)[1];

const folder = path.join(root, 'target/npm');
const packages = path.join(folder, 'packages');
const tarball = (name) => path.join(folder, `${name}-${version}.tgz`);
const main = tarball('halfopen');
const platform = tarball(`halfopen-${target}`);

// An empty cache and no settings of the user: what is not in the tarballs cannot be had.
const environment = {
  ...process.env,
  npm_config_cache: path.join(folder, 'cache'),
  npm_config_offline: 'true',
  npm_config_update_notifier: 'false',
  npm_config_userconfig: path.join(folder, 'npmrc'),
};
delete environment.HALFOPEN_BINARY;

const feed = `import { useEffect, useState } from 'react';

export function Feed({ team }: { team: string }) {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const source = new EventSource(\`/api/alerts?team=\${team}\`);
    source.onmessage = () => setCount((before) => before + 1);
  }, [team]);
  return <p>{count}</p>;
}
`;

before(() => {
  rmSync(folder, { recursive: true, force: true });
  assert.equal(build('--out', packages, '--program', `${target}=${program}`).stderr, '');
  succeed(run(folder, 'npm', ['pack', ...readdirSync(packages).map((name) => path.join(packages, name))]));
});

test('all packages have the version of Cargo.toml', () => {
  const { dependencies, optionalDependencies, ...manifest } = manifestOf('halfopen');
  assert.equal(manifest.version, version);
  assert.deepEqual(new Set(Object.values(optionalDependencies)), new Set([version]));
  assert.equal(dependencies, undefined);
  assert.equal(manifestOf(target).version, version);
  assert.deepEqual([manifestOf(target).os, manifestOf(target).cpu], [[process.platform], [process.arch]]);
});

test('an installed halfopen finds a leak, and is no more than the program', () => {
  const project = install('project', main, platform);
  mkdirSync(path.join(project, 'src'));
  writeFileSync(path.join(project, 'src/Feed.tsx'), feed);

  const check = halfopen(project, 'check');
  assert.equal(check.status, 1, check.stderr);
  assert.match(check.stdout, /^warning\[missing-cleanup\]: `source` stays open after `Feed` unmounts/m);
  assert.match(check.stdout, /--> src\/Feed\.tsx:6:20/);

  const asked = halfopen(project, '--version');
  assert.deepEqual([asked.status, asked.stdout], [0, `halfopen ${version}\n`]);

  const missing = halfopen(project, 'check', 'gone');
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /gone/);

  const stdin = ['--no-install', 'halfopen', 'check', '--stdin-filename', 'Other.tsx'];
  const piped = run(project, 'npx', stdin, { input: feed });
  assert.equal(piped.status, 1, piped.stderr);
  assert.match(piped.stdout, /--> Other\.tsx:6:20/);
});

test('without the package of the platform, what to do is said', () => {
  const project = install('without', '--omit=optional', main);
  const { status, stdout, stderr } = halfopen(project, '--version');
  assert.deepEqual([status, stdout], [2, '']);
  const trouble = `^halfopen: The package @halfopen/${target}, which holds the program, is not installed`;
  assert.match(stderr, new RegExp(trouble));
  assert.match(stderr, /npm install --include=optional/);
});

test('a platform without a package is named', () => {
  const { trouble } = findProgram({ platform: 'freebsd', arch: 'riscv64', environment: {} });
  assert.match(trouble, /^There is no package with halfopen for freebsd-riscv64, only for .*linux-x64/);
});

test('on Windows the program has its ending', () => {
  const found = findProgram({ platform: 'win32', arch: 'arm64', environment: {}, resolve: (name) => name });
  assert.deepEqual(found, { program: '@halfopen/win32-arm64/halfopen.exe' });
});

test('the variable HALFOPEN_BINARY goes before the package', () => {
  const named = script('named', 'echo "named: $*"; exit 7');
  const { status, stdout } = start(named, 'check', 'a b');
  assert.deepEqual([status, stdout], [7, 'named: check a b\n']);

  const gone = start(path.join(folder, 'gone'));
  assert.equal(gone.status, 2);
  assert.match(gone.stderr, /^halfopen: The variable HALFOPEN_BINARY names .*gone, which is not a file\.$/m);

  const plain = script('plain', '');
  chmodSync(plain, 0o644);
  const refused = start(plain);
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /^halfopen: .*plain cannot be run: .*EACCES/);
});

test('a signal that ends the program ends the command', () => {
  assert.equal(start(script('terminated', 'kill -TERM $$')).signal, 'SIGTERM');
  assert.equal(start(script('killed', 'kill -KILL $$')).signal, 'SIGKILL');
  // Node itself survives this one.
  assert.equal(start(script('broken-pipe', 'kill -PIPE $$')).status, 128 + 13);
});

test('a build with a mistake makes nothing', () => {
  const out = path.join(folder, 'refused');
  const refuses = (message, ...options) => {
    const { status, stderr } = build('--out', out, ...options);
    assert.deepEqual([status, message.test(stderr)], [1, true], stderr);
    assert.throws(() => readdirSync(out), { code: 'ENOENT' });
  };
  refuses(/^build\.mjs: unknown target amiga-m68k; there are .*linux-x64/, '--program', `amiga-m68k=${program}`);
  refuses(/^build\.mjs: the program for linux-arm64, .*gone, is not a file/, '--program', 'linux-arm64=gone');
  refuses(/^build\.mjs: --program wants TARGET=PATH, not linux-x64/, '--program', 'linux-x64');
  const old = script('old', 'echo halfopen 0.0.1');
  refuses(/^build\.mjs: Cargo\.toml has version .*old is halfopen 0\.0\.1/, '--program', `${target}=${old}`);
  assert.match(build().stderr, /^build\.mjs: --out FOLDER is missing/);
  assert.match(build('--out', packages).stderr, /^build\.mjs: .*packages is not empty/);
});

test('versions that differ are no build', () => {
  const copy = path.join(folder, 'copy');
  cpSync(path.join(root, 'server/npm'), path.join(copy, 'server/npm'), { recursive: true });
  writeFileSync(path.join(copy, 'Cargo.toml'), '[workspace.package]\nversion = "99.0.0"\n');
  const { status, stderr } = run(copy, 'node', ['server/npm/build.mjs', '--out', 'out']);
  assert.equal(status, 1);
  assert.match(stderr, /^build\.mjs: Cargo\.toml has version 99\.0\.0, .*has halfopen .*, @halfopen\/linux-x64 /);
});

function manifestOf(name) {
  return JSON.parse(readFileSync(path.join(packages, name, 'package.json'), 'utf8'));
}

/** An empty project with these tarballs installed. */
function install(name, ...tarballs) {
  const project = path.join(folder, name);
  mkdirSync(project);
  writeFileSync(path.join(project, 'package.json'), '{ "private": true }\n');
  succeed(run(project, 'npm', ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs]));
  return project;
}

function halfopen(project, ...options) {
  return run(project, 'npx', ['--no-install', 'halfopen', ...options]);
}

/** The command with a program of its own. */
function start(binary, ...options) {
  const command = path.join(root, 'server/npm/halfopen/bin/halfopen.cjs');
  return run(folder, 'node', [command, ...options], { env: { ...environment, HALFOPEN_BINARY: binary } });
}

function script(name, content) {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${content}\n`, { mode: 0o755 });
  return file;
}

function build(...options) {
  return run(root, 'node', ['server/npm/build.mjs', ...options]);
}

function run(cwd, command, options, more) {
  mkdirSync(cwd, { recursive: true });
  return spawnSync(command, options, { cwd, encoding: 'utf8', env: environment, ...more });
}

function succeed({ status, stdout, stderr }) {
  assert.equal(status, 0, `${stdout}${stderr}`);
}
