import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * The program that the package `halfopen` brings in a folder, wherever the package manager put it: the package depends on
 * one for each platform.
 */
export function programOf(folder: string, platform: string, arch: string): string | undefined {
  try {
    const main = createRequire(path.join(folder, 'package.json')).resolve('halfopen/package.json');
    const manifest = createRequire(main).resolve(`@halfopen/${platform}-${arch}/package.json`);
    return path.join(path.dirname(manifest), platform === 'win32' ? 'halfopen.exe' : 'halfopen');
  } catch {
    return undefined;
  }
}
