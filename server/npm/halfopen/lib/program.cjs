// Which file is the program. Nothing is run or fetched to find that out, and the list of platforms stands in the
// manifest alone.
'use strict';

const { statSync } = require('node:fs');

const { optionalDependencies } = require('../package.json');

const scope = '@halfopen/';

/** The platforms that have a package, as `linux-x64`. */
const platforms = Object.keys(optionalDependencies).map((name) => name.slice(scope.length));

/** The program's file name on a platform, as npm calls it. */
function fileName(platform) {
  return platform === 'win32' ? 'halfopen.exe' : 'halfopen';
}

/**
 * Finds the program: the file that the variable HALFOPEN_BINARY names, else the one in the package of this platform.
 * Gives `{ program }`, or `{ trouble }` in words for the user. `resolve` decides whose packages are looked at; the
 * default is those that this package can see, which also holds where each package sees its own dependencies only.
 */
function findProgram({
  platform = process.platform,
  arch = process.arch,
  environment = process.env,
  resolve = require.resolve,
} = {}) {
  const named = environment.HALFOPEN_BINARY;
  if (named) {
    // Another program in its place would be a surprise that nobody notices.
    if (!isFile(named)) return { trouble: `The variable HALFOPEN_BINARY names ${named}, which is not a file.` };
    return { program: named };
  }

  const target = `${platform}-${arch}`;
  if (!platforms.includes(target)) {
    return {
      trouble:
        `There is no package with halfopen for ${target}, only for ${platforms.join(', ')}. ` +
        'Build the program from its source, and name it in the variable HALFOPEN_BINARY.',
    };
  }

  try {
    return { program: resolve(`${scope}${target}/${fileName(platform)}`) };
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
  }
  return {
    trouble:
      `The package ${scope}${target}, which holds the program, is not installed. That happens if optional ` +
      'dependencies are left out, or if node_modules or the lockfile come from another platform. Remove ' +
      'node_modules and the lockfile, and install anew with optional dependencies: npm install --include=optional. ' +
      'Or name the program in the variable HALFOPEN_BINARY.',
  };
}

function isFile(file) {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

module.exports = { fileName, findProgram, platforms };
