// The migrations that fixes write, in a real PostgreSQL: the examples of the rules' pages are made into projects, their
// fixes are applied until nothing is left to fix, and the database takes every file in its order.
//
// node accept.cjs PROGRAMS HALFOPEN: the folder of PostgreSQL's programs, and the binary.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const [programs, halfopen] = process.argv.slice(2).map((name) => path.resolve(name));
const repository = path.resolve(__dirname, '../..');
const pages = path.join(repository, 'server/engine/src/rules/subscriptions');

// PostgreSQL refuses to run as root: then it runs as the user whom its package made.
const asUser = process.getuid() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];

function run(command, args, options = {}) {
  const [program, ...rest] = [...command, ...args];
  return execFileSync(program, rest, { encoding: 'utf8', cwd: os.tmpdir(), stdio: ['ignore', 'pipe', 'pipe'], ...options });
}

const postgres = (name, ...args) => run([...asUser, path.join(programs, name)], args);

/** The Invalid examples of a page that have migrations: their title and files. */
function examples(page) {
  const section = /^## Invalid\n([\s\S]*?)^## Valid$/m.exec(page)?.[1] ?? '';
  return section
    .split(/^### /m)
    .slice(1)
    .map((part) => {
      const blocks = part.matchAll(/^```\w+ path=(\S+)( fixed)?[^\n]*\n([\s\S]*?)^```$/gm);
      const files = [...blocks].filter((block) => !block[2]).map((block) => [block[1], block[3]]);
      return { title: part.split('\n')[0], files };
    })
    .filter(({ files }) => files.some(([name]) => name.endsWith('.sql')));
}

/** Checks a project with the rules that look at its database; gives what is found. */
function check(project, ...args) {
  const rules = fs.readdirSync(pages).filter((name) => name.endsWith('.md') && examples(read(name)).length > 0);
  const only = rules.map((name) => name.slice(0, -3)).join(',');
  try {
    return run([halfopen], ['check', '--only', only, ...args], { cwd: project });
  } catch (error) {
    // 1 tells of findings.
    assert.equal(error.status, 1, `${error.stderr}`);
    return error.stdout;
  }
}

const read = (name) => fs.readFileSync(path.join(pages, name), 'utf8');

/** The statements that a finding is about fail for a role that does not own the table, as on Supabase since July 2026. */
function refusesWhoIsNoOwner(database, place, files) {
  for (const [, text] of files) {
    const statement = /alter table [^;]*messages[^;]*;/i.exec(text.replace(/^\s*--.*\n/gm, ''))[0];
    const attempt = () => psql(database, '-c', `set role service_role; ${statement}`);
    assert.throws(attempt, /must be owner of table messages/, place);
  }
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'halfopen-postgres-'));
const data = path.join(folder, 'data');
const psql = (database, ...args) =>
  postgres('psql', '-h', folder, '-d', database, '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', ...args);
fs.chmodSync(folder, 0o777);
postgres('initdb', '-D', data, '-A', 'trust', '-N', '--no-locale', '-E', 'UTF8');
postgres('pg_ctl', '-D', data, '-w', '-l', path.join(folder, 'log'), '-o', `-k ${folder} -c listen_addresses=`, 'start');
let projects = 0;
let migrations = 0;
try {
  const standIn = path.join(folder, 'stand-in.sql');
  fs.copyFileSync(path.join(__dirname, 'stand-in.sql'), standIn);
  for (const role of ['anon', 'authenticated', 'service_role']) psql('postgres', '-c', `create role ${role} nologin`);
  for (const name of fs.readdirSync(pages).filter((name) => name.endsWith('.md')).sort()) {
    for (const { title, files } of examples(read(name))) {
      const project = path.join(folder, `project-${(projects += 1)}`);
      for (const [file, text] of [...files, ['package.json', '{}']]) {
        fs.mkdirSync(path.dirname(path.join(project, file)), { recursive: true });
        // Lines of carets are the page's.
        fs.writeFileSync(path.join(project, file), text.replace(/^\s*(\/\/|--)\s*\^+ .*\n/gm, ''));
      }
      const sql = path.join(project, 'supabase/migrations');
      const before = fs.readdirSync(sql);
      const place = `${name}, ${title}`;
      assert.doesNotMatch(check(project), /^No findings/, place);
      // What one migration lets through may be what the next one is for.
      for (let round = 0; round < 4; round += 1) check(project, '--fix-suggested');
      const after = fs.readdirSync(sql).sort();
      check(project, '--fix-suggested');
      assert.deepEqual(fs.readdirSync(sql).sort(), after, `${place}: once more adds nothing`);
      const left = check(project).trim();
      assert.ok(left.startsWith('No findings') || after.length === before.length, `${place}: ${left}`);

      const database = `project_${projects}`;
      psql('postgres', '-c', `create database ${database}`);
      psql(database, '-f', standIn);
      if (name === 'altered-realtime-messages.md') refusesWhoIsNoOwner(database, place, files);
      for (const file of after) {
        psql(database, '-c', fs.readFileSync(path.join(sql, file), 'utf8'));
      }
      if (after.some((file) => /_publish_every_change/.test(file))) {
        const carried = psql(database, '-c', 'select pubinsert and pubupdate and pubdelete from pg_publication');
        assert.equal(carried.trim(), 't', place);
      }
      for (const file of after.filter((file) => /_publish_(?!every_change)/.test(file))) {
        const table = /_publish_(.+)\.sql$/.exec(file)[1];
        const published = psql(database, '-c', `select tablename from pg_publication_tables where pubname = 'supabase_realtime'`);
        assert.ok(published.split('\n').includes(table), `${place}: ${table} of ${published}`);
      }
      migrations += after.length - before.length;
    }
  }
  assert.ok(projects >= 12 && migrations >= 12, `${projects} projects, ${migrations} migrations`);
} finally {
  postgres('pg_ctl', '-D', data, '-m', 'immediate', 'stop');
  fs.rmSync(folder, { recursive: true, force: true });
}
console.log(`PostgreSQL took ${migrations} migrations that fixes wrote, in ${projects} projects`);
