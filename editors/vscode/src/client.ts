import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  commands,
  window,
  workspace,
  type Disposable,
  type ExtensionContext,
  type LogOutputChannel,
  type WorkspaceEdit,
} from 'vscode';
import {
  LanguageClient,
  State,
  type LanguageClientOptions,
  type WorkspaceEdit as ProtocolEdit,
} from 'vscode-languageclient/node';

import { copyOf } from './copies';
import { Crashes } from './crashes';
import { EndHandler } from './ends';
import { programOf } from './packages';
import type { Answer } from './resources';
import { adviceFor, findServer } from './server';
import { serverSettings } from './settings';
import { Status } from './status';
import { mismatch } from './versions';

const LANGUAGES = [
  'typescript',
  'typescriptreact',
  'javascript',
  'javascriptreact',
  'vue',
  'svelte',
  'astro',
  'html',
];

/** Other schemes are not the user's text: the old side of a comparison, for one. */
const DOCUMENTS = LANGUAGES.flatMap((language) => [
  { scheme: 'file', language },
  { scheme: 'untitled', language },
]);

/** Nothing is shown in them: they decide what code that subscribes to their tables is told. */
const MIGRATIONS = { scheme: 'file', language: 'sql', pattern: '**/supabase/**' };

/** How long a stop waits for a start that is under way: a program that is no language server never answers. */
const LONGEST_START_MS = 5000;

/** The one connection to a server. */
export class Connection implements Disposable {
  readonly #output: LogOutputChannel;
  readonly #context: ExtensionContext;
  readonly #status = new Status(DOCUMENTS);
  #realtimeChanged: (uri: string) => void = () => undefined;
  #running: () => void = () => undefined;
  #client: LanguageClient | undefined;
  #program: string | undefined;
  #crashes = new Crashes();
  #started: Promise<void> = Promise.resolve();
  #turn: Promise<void> = Promise.resolve();

  constructor(output: LogOutputChannel, context: ExtensionContext) {
    this.#output = output;
    this.#context = context;
  }

  /** The server's program, if one was found. */
  get program(): string | undefined {
    return this.#program;
  }

  /** Called with the document whose connections may have changed, once anybody asked for them. */
  onRealtimeChanged(listener: (uri: string) => void): void {
    this.#realtimeChanged = listener;
  }

  /** Called whenever a server is there. */
  onRunning(listener: () => void): void {
    this.#running = listener;
  }

  /** The connections of a document, or of the whole workspace. */
  realtime(uri?: string): Promise<Answer[] | undefined> {
    return this.#request<Answer[]>('halfopen/realtime', { uri });
  }

  /** The safe fixes of all files. */
  async fixWorkspace(): Promise<WorkspaceEdit | undefined> {
    const client = this.#client;
    const edit = await this.#request<ProtocolEdit>('halfopen/fixWorkspace', {});
    return client?.protocol2CodeConverter.asWorkspaceEdit(edit);
  }

  /** Without a server, or from one that is too old to know the request, there is no answer. */
  async #request<Result>(method: string, params: object): Promise<Result | undefined> {
    if (this.#client?.state !== State.Running) return undefined;
    try {
      return await this.#client.sendRequest<Result>(method, params);
    } catch (error) {
      this.#output.warn(`${method} was not answered: ${String(error)}`);
      return undefined;
    }
  }

  /** Starts the server because somebody wants it, in place of the one that may be running. */
  restart(): Promise<void> {
    this.#crashes = new Crashes();
    return this.#startAgain();
  }

  #startAgain(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#end();
      this.#begin();
    });
  }

  dispose(): void {
    this.#status.dispose();
  }

  stop(): Promise<void> {
    return this.#inTurn(() => this.#end());
  }

  /** Tells the server what the user has set. */
  async sendSettings(): Promise<void> {
    try {
      await this.#client?.sendNotification('workspace/didChangeConfiguration', { settings: currentSettings() });
    } catch (error) {
      // A server that gave up hears it when it is started again.
      this.#output.warn(`the settings were not sent: ${String(error)}`);
    }
  }

  /** Commands and settings come as fast as the user types; two servers at once would show each finding twice. */
  #inTurn(act: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(act, act);
    return this.#turn;
  }

  #begin(): void {
    const program = this.#find();
    this.#program = program;
    if (program === undefined) return;
    const command = this.#runnable(program);
    const client = new LanguageClient('halfopen', 'halfopen', { command, args: ['lsp'] }, this.#options());
    client.clientOptions.errorHandler = new EndHandler(() => void this.#tellEnd(client));
    client.onDidChangeState(() => this.#tellState(client));
    client.onNotification('halfopen/realtimeChanged', ({ uri }: { uri: string }) => this.#realtimeChanged(uri));
    this.#client = client;
    // The client itself tells the user why a start failed.
    this.#started = client.start().catch(() => undefined);
  }

  #tellState(client: LanguageClient): void {
    const { state, initializeResult } = client;
    if (state === State.Running) {
      const version = initializeResult?.serverInfo?.version ?? 'without a version';
      this.#crashes.answered();
      this.#status.set({ kind: 'running', version });
      void this.#compareVersions(version);
      this.#running();
    } else {
      this.#status.set({ kind: state === State.Starting ? 'starting' : 'stopped' });
    }
  }

  /** One prompt for each pair of versions: whoever has seen it knows. */
  async #compareVersions(version: string): Promise<void> {
    const own = String(this.#context.extension.packageJSON.version);
    const told = mismatch(version, own, this.#program ?? '');
    if (told === undefined) return;
    this.#output.warn(told);
    const key = `told of ${version} beside ${own}`;
    if (this.#context.globalState.get(key) === true) return;
    await this.#context.globalState.update(key, true);
    const choice = await window.showWarningMessage(told, 'Open Settings');
    if (choice !== undefined) await openServerSetting();
  }

  async #end(): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    this.#client = undefined;
    // A client refuses to stop while it starts.
    await Promise.race([this.#started, delay(LONGEST_START_MS, undefined, { ref: false })]);
    try {
      await client.dispose();
    } catch (error) {
      this.#output.warn(`the server did not stop as it should: ${String(error)}`);
    }
    // A client that is disposed of tells its state no more.
    this.#status.set({ kind: 'stopped' });
  }

  #find(): string | undefined {
    // VS Code hands over what stands there, null and numbers too.
    const setting = String(workspace.getConfiguration('halfopen').get('server.path') ?? '').trim();
    const places = {
      setting,
      packages: workspace.isTrusted ? installedPrograms() : [],
      extensionFolder: this.#context.extensionPath,
      searchPath: process.env['PATH'] ?? '',
      isWindows: process.platform === 'win32',
    };
    const { program, steps } = findServer(places, isProgram);
    for (const step of steps) this.#output.info(step);
    if (program === undefined) void this.#complain(adviceFor(setting));
    return program;
  }

  /** What is started for a program. */
  #runnable(program: string): string {
    const isBundled = program.startsWith(this.#context.extensionPath + path.sep);
    if (process.platform !== 'win32' || !isBundled) return program;
    try {
      return copyOf(program, this.#context.globalStorageUri.fsPath);
    } catch (error) {
      this.#output.warn(`${program} could not be copied, so it runs itself: ${String(error)}`);
      return program;
    }
  }

  async #complain(advice: string): Promise<void> {
    this.#output.error(advice);
    const choice = await window.showErrorMessage(advice, 'Open Settings');
    if (choice !== undefined) await openServerSetting();
  }

  /** The server ended without being asked to. */
  async #tellEnd(client: LanguageClient): Promise<void> {
    if (client !== this.#client) return;
    const next = this.#crashes.next(Date.now());
    if (next === 'start') await this.#startAgain();
    if (next === 'offer') await this.#offerRestart();
  }

  async #offerRestart(): Promise<void> {
    const told = 'halfopen ended unexpectedly several times in the last minutes, so it was not started again.';
    this.#output.error(told);
    const choice = await window.showErrorMessage(told, 'Restart', 'Show Output');
    if (choice === 'Restart') await this.restart();
    if (choice === 'Show Output') this.#output.show();
  }

  #options(): LanguageClientOptions {
    return {
      documentSelector: [...DOCUMENTS, MIGRATIONS],
      outputChannel: this.#output,
      // A function, so that a server that crashed comes back with the settings of that moment.
      initializationOptions: currentSettings,
      // No second attempt, and no messages beside the one of the failed start.
      initializationFailedHandler: () => false,
      // `synchronize` is left out. Its `fileEvents` would be a second watch: the server registers its own for settings
      // files, manifests and lock files. Its `configurationSection` would send all of `halfopen`, and the server
      // refuses settings with a key that is not its own, such as `server.path`.
    };
  }
}

async function openServerSetting(): Promise<void> {
  await commands.executeCommand('workbench.action.openSettings', 'halfopen.server.path');
}

/** The programs that the folders of the workspace have installed as a package. */
function installedPrograms(): string[] {
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const programs = folders.map(({ uri }) => programOf(uri.fsPath, process.platform, process.arch));
  return programs.filter((program) => program !== undefined);
}

function currentSettings(): Record<string, unknown> {
  return serverSettings(workspace.getConfiguration('halfopen'));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
