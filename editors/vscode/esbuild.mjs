// Bundles the extension into one file, and gathers the licences of what is bundled with it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const result = await build({
  entryPoints: ['src/extension.ts'],
  outfile: 'out/extension.js',
  bundle: true,
  minify: true,
  metafile: true,
  platform: 'node',
  format: 'cjs',
  // The Node of VS Code 1.91, the oldest one that the manifest allows.
  target: 'node20',
  external: ['vscode'],
  logLevel: 'warning',
});

// These licences ask for their text in every copy, and the bundler leaves it out.
const folders = Object.keys(result.metafile.inputs).map(packageOf).filter((folder) => folder !== undefined);
const notices = [...new Set(folders)].sort().map((folder) => {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no file with its licence`);
  return `# ${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
});
writeFileSync('out/third-party-licenses.txt', notices.join('\n'));

/** The folder of the package that a file belongs to; a package may lie within another one. */
function packageOf(file) {
  return /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0];
}
