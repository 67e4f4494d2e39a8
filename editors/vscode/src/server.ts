import path from 'node:path';

/** Where the server may be. */
export interface Places {
  /** The setting `halfopen.server.path`; empty if it is not set. */
  setting: string;
  /** The programs that packages of the workspace bring; none if it is not trusted. */
  packages: string[];
  extensionFolder: string;
  /** The variable PATH. */
  searchPath: string;
  isWindows: boolean;
}

/** The server's program, if there is one, and each step of the search, for the log. */
export interface Search {
  program: string | undefined;
  steps: string[];
}

/**
 * Finds the server: the file that the setting names, else the one that the workspace has installed, else the bundled one,
 * else the first one on PATH.
 */
export function findServer(places: Places, isProgram: (file: string) => boolean): Search {
  const { isAbsolute } = pathsOf(places);
  const steps: string[] = [];
  for (const { file, source } of candidates(places)) {
    // A relative path, also one on PATH, would lead to whatever lies in the folder that is open.
    if (isAbsolute(file) && isProgram(file)) {
      steps.push(`${source}: ${file} is the server`);
      return { program: file, steps };
    }
    steps.push(`${source}: ${file} is not the absolute path of an executable file`);
  }
  return { program: undefined, steps };
}

/** What is wrong, and what the user can do, when the search found nothing. */
export function adviceFor(setting: string): string {
  if (setting === '') {
    return (
      'The halfopen server was not found, so nothing is checked. ' +
      'Install the program `halfopen` so that it is on PATH, or name it in the setting halfopen.server.path.'
    );
  }
  return (
    `The setting halfopen.server.path is not the absolute path of an executable file: ${setting}. ` +
    'Nothing is checked. Name the program `halfopen` there, or leave the setting empty to have it searched on PATH.'
  );
}

interface Candidate {
  file: string;
  source: string;
}

function candidates(places: Places): Candidate[] {
  // Who names a program wants that one. Another one in its place would be a surprise that nobody notices.
  if (places.setting !== '') return [{ file: places.setting, source: 'setting' }];

  const { join, delimiter } = pathsOf(places);
  const name = places.isWindows ? 'halfopen.exe' : 'halfopen';
  const bundled = { file: join(places.extensionFolder, 'server', name), source: 'extension' };
  const folders = places.searchPath.split(delimiter).filter((folder) => folder !== '');
  const installed = places.packages.map((file) => ({ file, source: 'workspace' }));
  return [...installed, bundled, ...folders.map((folder) => ({ file: join(folder, name), source: 'PATH' }))];
}

function pathsOf(places: Places): path.PlatformPath {
  return places.isWindows ? path.win32 : path.posix;
}
