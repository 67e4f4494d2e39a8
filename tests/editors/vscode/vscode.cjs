// Stands in for the module `vscode`, which only the editor has. What the extension asks for is here and remembered;
// everything else is a value that can be called, constructed and read without end, because the language client asks
// for half of the editor before it starts anything.
const { EventEmitter, on } = require('node:events');
const Module = require('node:module');

/** The editor as a test sees it. */
const editor = {
  settings: {},
  commands: new Map(),
  messages: [],
  choice: undefined,
  output: new EventEmitter(),
  selector: undefined,

  /** Sets what the user has set, and tells the extension of it. */
  configure(settings) {
    const changed = new Set([...Object.keys(settings), ...Object.keys(this.settings)]);
    this.settings = settings;
    const isBelow = (key, section) => `halfopen.${key}`.startsWith(`${section}.`) || `halfopen.${key}` === section;
    const change = { affectsConfiguration: (section) => [...changed].some((key) => isBelow(key, section)) };
    for (const listener of this.listeners) listener(change);
  },
  listeners: new Set(),
};
