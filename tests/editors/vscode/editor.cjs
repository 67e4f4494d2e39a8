// Stands in for the editor: loads the bundled extension with a module `vscode` of its own, and sees what it does.
//
// The language client asks for half of the editor before it starts anything. What matters here is written out; all the
// rest is one value that can be called, constructed, read and walked through without end.
'use strict';

const Module = require('node:module');
const path = require('node:path');

const anything = new Proxy(function () {}, {
  get(target, key) {
    if (key === 'prototype') return target.prototype;
    if (key === Symbol.iterator) return function* () {};
    if (key === Symbol.toPrimitive) return () => 'anything';
    // Whatever has a `then` would be waited for.
    return key === 'then' ? undefined : anything;
  },
  set: () => true,
  apply: () => anything,
  construct: () => anything,
});

/** Everything that is not in `known` is `anything`. */
const orAnything = (known) => new Proxy(known, { get: (target, key) => (key in target ? target[key] : anything) });

/** Loads the extension that lies unpacked in a folder, into an editor with these settings and open documents. */
exports.open = function open(folder, settings, documents = [], { folders, remembered = new Map() } = {}) {
  const editor = new Editor(settings, documents, folders);
  const load = Module._load;
  Module._load = (name, ...rest) => (name === 'vscode' ? editor.api : load(name, ...rest));
  const main = path.join(folder, 'out/extension.js');
  delete require.cache[main];
  editor.extension = require(main);
  Module._load = load;
  const { version } = require(path.join(folder, 'package.json'));
  editor.extension.activate({
    extensionPath: folder,
    extension: { packageJSON: { version } },
    globalState: { get: (key) => remembered.get(key), update: async (key, value) => remembered.set(key, value) },
    subscriptions: [],
  });
  return editor;
};

/** A document as the editor has it. */
exports.document = function document(uri, languageId, text = '') {
  return {
    uri: { scheme: uri.split(':')[0], toString: () => uri },
    languageId,
    version: 1,
    getText: () => text,
  };
};

class Editor {
  commands = new Map();
  executed = [];
  errors = [];
  warnings = [];
  /** The entry of the status bar. */
  status = {};
  /** The button that the user presses on every message. */
  choice = undefined;
  #settings;
  #configurationListeners = [];
  #lines = [];
  #readers = [];

  constructor(settings, documents, folders) {
    this.#settings = settings;
    this.api = this.#api(documents, folders);
  }

  /** The first line of the output that matches and was not asked for before, as soon as it is there. */
  line(pattern) {
    const index = this.#lines.findIndex((line) => pattern.test(line));
    if (index >= 0) return Promise.resolve(this.#lines.splice(index, 1)[0]);
    return new Promise((resolve) => this.#readers.push({ pattern, resolve }));
  }

  /** The user edits the settings. */
  set(key, value) {
    this.#settings[key] = value;
    const affectsConfiguration = (section) => `halfopen.${key}.`.startsWith(`${section}.`);
    for (const listener of this.#configurationListeners) listener({ affectsConfiguration });
  }

  #write(line) {
    const index = this.#readers.findIndex(({ pattern }) => pattern.test(line));
    if (index < 0) this.#lines.push(line);
    else this.#readers.splice(index, 1)[0].resolve(line);
  }

  #api(documents, folders) {
    const write = (line) => this.#write(line);
    const writeProblem = ({ severity, code, message }) => write(`${severity}[${code?.value ?? code}]: ${message}`);
    const configuration = {
      get: (key, otherwise) => this.#settings[key] ?? otherwise,
      inspect: (key) => ({ globalValue: this.#settings[key] }),
    };
    return orAnything({
      version: '1.91.0',
      env: { appName: 'stand-in', language: 'en' },
      commands: orAnything({
        registerCommand: (name, run) => this.commands.set(name, run),
        executeCommand: async (...command) => this.executed.push(command),
      }),
      Uri: { parse: (uri) => ({ toString: () => uri }), file: (file) => ({ toString: () => `file://${file}` }) },
      Diagnostic: class {
        constructor(range, message, severity) {
          Object.assign(this, { message, severity });
        }
      },
      DiagnosticSeverity: { Error: 'error', Warning: 'warning', Information: 'info', Hint: 'hint' },
      CancellationTokenSource: class {
        token = { isCancellationRequested: false };
        cancel() {}
        dispose() {}
      },
      LanguageStatusSeverity: { Information: 0, Warning: 1, Error: 2 },
      languages: orAnything({
        createLanguageStatusItem: () => orAnything(this.status),
        getDiagnostics: () => [],
        createDiagnosticCollection: () => orAnything({ set: (uri, problems) => problems.forEach(writeProblem) }),
        match: (selector, { uri, languageId }) =>
          selector.some(({ scheme, language }) => scheme === uri.scheme && language === languageId) ? 10 : 0,
      }),
      window: orAnything({
        createOutputChannel: () => orAnything({ info: write, warn: write, error: write, appendLine: write }),
        showErrorMessage: async (message) => {
          this.errors.push(message);
          return this.choice;
        },
        showWarningMessage: async (message) => void this.warnings.push(message),
      }),
      workspace: orAnything({
        textDocuments: documents,
        workspaceFolders: folders?.map((fsPath) => ({ name: 'app', uri: { scheme: 'file', fsPath, toString: () => fsPath } })),
        isTrusted: true,
        getConfiguration: () => configuration,
        onDidChangeConfiguration: (listener) => {
          this.#configurationListeners.push(listener);
          return { dispose() {} };
        },
      }),
    });
  }
}
