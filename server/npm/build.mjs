// Writes the packages for npm, one folder each, ready for `npm pack` and `npm publish`:
//
//   node server/npm/build.mjs --out FOLDER [--program TARGET=PATH]…
//
// TARGET is a platform as npm names it, such as linux-x64. The folder must be empty, so that no package of an earlier
// build is published with the others.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const { fileName, platforms } = createRequire(import.meta.url)('./halfopen/lib/program.cjs');
const manifest = JSON.parse(readFileSync(join(here, 'halfopen/package.json'), 'utf8'));
const licences = ['LICENSE-MIT', 'LICENSE-APACHE'];

try {
  build(options());
} catch (error) {
  process.stderr.write(`build.mjs: ${error.message}\n`);
  process.exitCode = 1;
}

function options() {
  const { values } = parseArgs({ options: { out: { type: 'string' }, program: { type: 'string', multiple: true } } });
  if (values.out === undefined) throw new Error('--out FOLDER is missing');
  const programs = new Map();
  for (const value of values.program ?? []) {
    const [, target, file] = /^([^=]*)=(.+)$/.exec(value) ?? [];
    if (target === undefined) throw new Error(`--program wants TARGET=PATH, not ${value}`);
    if (!platforms.includes(target)) throw new Error(`unknown target ${target}; there are ${platforms.join(', ')}`);
    if (programs.has(target)) throw new Error(`two programs for ${target}`);
    programs.set(target, file);
  }
  return { out: values.out, programs };
}

function build({ out, programs }) {
  const { version, repository } = workspace();
  checkVersions(version);
  for (const [target, file] of programs) checkProgram(target, file, version);
  if (existsSync(out) && readdirSync(out).length > 0) throw new Error(`${out} is not empty`);

  // A package's provenance is accepted only if the package names the repository that it was built in.
  const origin = repository === '' ? {} : { repository: { type: 'git', url: `git+${repository}.git` } };
  writeMain(join(out, 'halfopen'), origin);
  for (const [target, file] of programs) writePlatform(join(out, target), target, file, origin);
}

/** Version and repository, which stand in Cargo.toml. */
function workspace() {
  const [, section] = /^\[workspace\.package\]([^[]*)/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8')) ?? [];
  const value = (key) => new RegExp(`^${key} = "(.*)"$`, 'm').exec(section ?? '')?.[1];
  const version = value('version');
  if (version === undefined) throw new Error('Cargo.toml has no version in [workspace.package]');
  return { version, repository: value('repository') ?? '' };
}

function checkVersions(version) {
  const others = Object.entries({ [manifest.name]: manifest.version, ...manifest.optionalDependencies })
    .filter(([, other]) => other !== version)
    .map(([name, other]) => `${name} ${other}`);
  if (others.length > 0) {
    throw new Error(`Cargo.toml has version ${version}, server/npm/halfopen/package.json has ${others.join(', ')}`);
  }
}

function checkProgram(target, file, version) {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new Error(`the program for ${target}, ${file}, is not a file`);
  }
  // Only the program of this machine can be asked.
  if (target !== `${process.platform}-${process.arch}`) return;
  const said = execFileSync(resolve(file), ['--version'], { encoding: 'utf8' }).trim();
  if (said !== `halfopen ${version}`) throw new Error(`Cargo.toml has version ${version}, ${file} is ${said}`);
}

function writeMain(folder, origin) {
  mkdirSync(folder, { recursive: true });
  for (const entry of ['README.md', 'bin', 'lib']) {
    cpSync(join(here, 'halfopen', entry), join(folder, entry), { recursive: true });
  }
  finish(folder, { ...manifest, ...origin });
}

function writePlatform(folder, target, file, origin) {
  const [os, cpu] = target.split('-');
  const program = fileName(os);
  mkdirSync(folder, { recursive: true });
  cpSync(file, join(folder, program));
  // Stores of build results drop this bit, and npm keeps what it finds.
  chmodSync(join(folder, program), 0o755);
  const description = `The program of halfopen for ${os} on ${cpu}.`;
  const advice = 'Install `halfopen`, which brings it along.';
  writeFileSync(join(folder, 'README.md'), `# @halfopen/${target}\n\n${description} ${advice}\n`);
  finish(folder, {
    name: `@halfopen/${target}`,
    version: manifest.version,
    description,
    license: manifest.license,
    ...origin,
    files: [program, ...licences],
    os: [os],
    cpu: [cpu],
    // A program inside of an archive cannot be run.
    preferUnplugged: true,
    // npm hides packages with a scope unless they say this.
    publishConfig: { access: 'public' },
  });
}

function finish(folder, content) {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(content, undefined, 2)}\n`);
  for (const licence of licences) cpSync(join(root, licence), join(folder, licence));
}
