import { accessSync, constants, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { commands, window, workspace, type Disposable, type LogOutputChannel } from 'vscode';
import { LanguageClient, State, type LanguageClientOptions } from 'vscode-languageclient/node';

import { CrashPolicy } from './crashes';
import { adviceFor, findServer } from './server';
import { serverSettings } from './settings';
import { Status } from './status';

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

/** How long a stop waits for a start that is under way: a program that is no language server never answers. */
const LONGEST_START_MS = 5000;

/** The one connection to a server. */
export class Connection implements Disposable {
  readonly #output: LogOutputChannel;
  readonly #extensionFolder: string;
  readonly #status = new Status(DOCUMENTS);
  #client: LanguageClient | undefined;
  #started: Promise<void> = Promise.resolve();
  #turn: Promise<void> = Promise.resolve();

  constructor(output: LogOutputChannel, extensionFolder: string) {
    this.#output = output;
    this.#extensionFolder = extensionFolder;
  }

  /** Starts the server, in place of the one that may be running. */
  restart(): Promise<void> {
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
    if (program === undefined) return;
    const client = new LanguageClient('halfopen', 'halfopen', { command: program, args: ['lsp'] }, this.#options());
    client.clientOptions.errorHandler = new CrashPolicy(client);
    client.onDidChangeState(() => this.#tellState(client));
    this.#client = client;
    // The client itself tells the user why a start failed.
    this.#started = client.start().catch(() => undefined);
  }

  #tellState(client: LanguageClient): void {
    const { state, initializeResult } = client;
    if (state === State.Running) {
      this.#status.set({ kind: 'running', version: initializeResult?.serverInfo?.version ?? 'without a version' });
    } else {
      this.#status.set({ kind: state === State.Starting ? 'starting' : 'stopped' });
    }
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
      extensionFolder: this.#extensionFolder,
      searchPath: process.env['PATH'] ?? '',
      isWindows: process.platform === 'win32',
    };
    const { program, steps } = findServer(places, isProgram);
    for (const step of steps) this.#output.info(step);
    if (program === undefined) void this.#complain(adviceFor(setting));
    return program;
  }

  async #complain(advice: string): Promise<void> {
    this.#output.error(advice);
    const choice = await window.showErrorMessage(advice, 'Open Settings');
    if (choice !== undefined) {
      await commands.executeCommand('workbench.action.openSettings', 'halfopen.server.path');
    }
  }

  #options(): LanguageClientOptions {
    return {
      documentSelector: DOCUMENTS,
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
