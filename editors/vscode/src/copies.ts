import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * A copy of a program in a folder of the extension's own, made unless it is there. Windows replaces no program that runs,
 * so an update of the extension would fail while its server does.
 */
export function copyOf(program: string, folder: string): string {
  const { size, mtimeMs } = statSync(program);
  const { name, ext } = path.parse(program);
  const copy = path.join(folder, `${name}-${size}-${Math.round(mtimeMs)}${ext}`);
  mkdirSync(folder, { recursive: true });
  const others = readdirSync(folder).filter((file) => file !== path.basename(copy));
  // What another window runs stays, until a later start.
  for (const other of others) remove(path.join(folder, other));
  if (readdirSync(folder).includes(path.basename(copy))) return copy;
  // In one step: a second window may look for it meanwhile.
  const part = `${copy}.${process.pid}`;
  copyFileSync(program, part);
  renameSync(part, copy);
  return copy;
}

function remove(file: string): void {
  try {
    rmSync(file);
  } catch {
    // It runs.
  }
}
