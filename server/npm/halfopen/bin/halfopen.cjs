#!/usr/bin/env node
// Stands between the shell and the program, and is not to be noticed: same streams, same exit code, same signal.
'use strict';

const { spawnSync } = require('node:child_process');
const { constants } = require('node:os');

const { findProgram } = require('../lib/program.cjs');

process.exitCode = run();

function run() {
  const { program, trouble } = findProgram();
  if (program === undefined) return fail(trouble);

  const { error, signal, status } = spawnSync(program, process.argv.slice(2), { stdio: 'inherit' });
  if (error !== undefined) return fail(`${program} cannot be run: ${error.message}`);
  if (signal === null) return status;
  // Node survives some signals, so what a shell makes of a signal is the second choice.
  process.kill(process.pid, signal);
  return 128 + constants.signals[signal];
}

/** Says what is wrong; the program too ends with 2 if there is trouble. */
function fail(message) {
  process.stderr.write(`halfopen: ${message}\n`);
  return 2;
}
