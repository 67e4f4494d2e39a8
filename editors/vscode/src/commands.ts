import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  commands,
  languages,
  Range as EditorRange,
  Uri,
  window,
  workspace,
  type TextDocumentContentProvider,
  type WorkspaceFolder,
} from 'vscode';
import type { Range } from 'vscode-languageclient';

import type { Connection } from './client';

const run = promisify(execFile);

/** The scheme of rules' pages. */
export const PAGES = 'halfopen-rule';

const SETTINGS = ['halfopen.json', 'halfopen.jsonc'];

/** The pages of rules, as the server's own program prints them. */
export class Pages implements TextDocumentContentProvider {
  readonly #server: Connection;

  constructor(server: Connection) {
    this.#server = server;
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    return this.#print('explain', path.posix.basename(uri.path, '.md'));
  }

  /** Shows the page of a rule: the named one, that of the finding at the cursor, or one that the user picks. */
  async explain(rule?: string): Promise<void> {
    const chosen = rule ?? ruleAtCursor() ?? (await this.#pick());
    if (chosen === undefined) return;
    await commands.executeCommand('markdown.showPreview', Uri.from({ scheme: PAGES, path: `/${chosen}.md` }));
  }

  async #pick(): Promise<string | undefined> {
    // The first line names the columns.
    const lines = (await this.#print('rules')).trim().split('\n').slice(1);
    const items = lines.map((line) => {
      const [label = '', area = '', , , ...summary] = line.split(/\s+/);
      return { label, description: area, detail: summary.join(' ') };
    });
    return (await window.showQuickPick(items, { placeHolder: 'Which rule?', matchOnDetail: true }))?.label;
  }

  async #print(...args: string[]): Promise<string> {
    const { program } = this.#server;
    if (program === undefined) throw new Error('the halfopen server was not found');
    return (await run(program, args)).stdout;
  }
}

/** The rule of the finding on which the cursor stands. */
function ruleAtCursor(): string | undefined {
  const editor = window.activeTextEditor;
  if (editor === undefined) return undefined;
  const found = languages
    .getDiagnostics(editor.document.uri)
    .find(({ source, range }) => source === 'halfopen' && range.contains(editor.selection.active));
  return typeof found?.code === 'object' ? String(found.code.value) : found?.code?.toString();
}

/** The editor asks the server for the action, as it does on each save for whoever wants that. */
export async function fixAll(): Promise<void> {
  await commands.executeCommand('editor.action.codeAction', { kind: 'source.fixAll.halfopen', apply: 'first' });
}

/** The safe fixes of all files, which the editor shows before it applies them. */
export async function fixWorkspace(server: Connection): Promise<void> {
  const edit = await server.fixWorkspace();
  if (edit === undefined || edit.size === 0) {
    const reason = edit === undefined ? 'The halfopen server does not answer.' : 'halfopen has no safe fix to apply.';
    void window.showInformationMessage(reason);
    return;
  }
  await workspace.applyEdit(edit, { isRefactoring: true });
}

/** Opens the settings file that counts for the active file, or a new one that is not saved yet. */
export async function openSettings(): Promise<void> {
  const active = window.activeTextEditor?.document.uri;
  const folder = (active && workspace.getWorkspaceFolder(active)) ?? workspace.workspaceFolders?.[0];
  if (folder === undefined) {
    void window.showInformationMessage('Open a folder first: halfopen.json belongs into the project.');
    return;
  }
  const from = active !== undefined && workspace.getWorkspaceFolder(active) === folder ? active : undefined;
  const known = await nearestSettings(folder, from);
  const uri = known ?? Uri.joinPath(folder.uri, 'halfopen.json').with({ scheme: 'untitled' });
  const editor = await window.showTextDocument(uri);
  if (known === undefined && editor.document.getText() === '') {
    await editor.edit((edit) => edit.insert(editor.selection.active, '{\n  "preset": "recommended"\n}\n'));
  }
}

async function nearestSettings(folder: WorkspaceFolder, from: Uri | undefined): Promise<Uri | undefined> {
  let at = from === undefined ? folder.uri : Uri.joinPath(from, '..');
  for (;;) {
    for (const name of SETTINGS) {
      const uri = Uri.joinPath(at, name);
      if (await exists(uri)) return uri;
    }
    if (at.path.length <= folder.uri.path.length) return undefined;
    at = Uri.joinPath(at, '..');
  }
}

async function exists(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

/** Goes to a place. */
export async function reveal(uri: string, { start, end }: Range): Promise<void> {
  const selection = new EditorRange(start.line, start.character, end.line, end.character);
  await window.showTextDocument(Uri.parse(uri), { selection });
}
