import { commands, window, workspace, type ExtensionContext } from 'vscode';

import { Connection } from './client';
import { SERVER_KEYS } from './settings';

let connection: Connection | undefined;

export function activate(context: ExtensionContext): void {
  const output = window.createOutputChannel('halfopen', { log: true });
  const server = new Connection(output, context.extensionPath);
  connection = server;

  context.subscriptions.push(
    output,
    server,
    commands.registerCommand('halfopen.restart', () => server.restart()),
    commands.registerCommand('halfopen.showOutput', () => output.show()),
    commands.registerCommand('halfopen.fixAll', fixAll),
    workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration('halfopen.server')) {
        await server.restart();
      } else if (SERVER_KEYS.some((key) => change.affectsConfiguration(`halfopen.${key}`))) {
        await server.sendSettings();
      }
    }),
  );

  // Not awaited: a server that is slow to start must not hold up the editor.
  void server.restart();
}

/** The editor asks the server for the action, as it does on each save for whoever wants that. */
async function fixAll(): Promise<void> {
  await commands.executeCommand('editor.action.codeAction', { kind: 'source.fixAll.halfopen', apply: 'first' });
}

export function deactivate(): Promise<void> | undefined {
  return connection?.stop();
}
