import { commands, window, workspace, type ExtensionContext } from 'vscode';

import { Connection } from './client';
import { fixAll, fixWorkspace, openSettings, Pages, PAGES, reveal } from './commands';
import { RealtimeView } from './realtime';
import { SERVER_KEYS } from './settings';

let connection: Connection | undefined;

export function activate(context: ExtensionContext): void {
  const output = window.createOutputChannel('halfopen', { log: true });
  const server = new Connection(output, context);
  const pages = new Pages(server);
  const realtime = new RealtimeView((uri) => server.realtime(uri));
  const view = window.createTreeView('halfopen.realtime', { treeDataProvider: realtime });
  server.onRealtimeChanged((uri) => realtime.follow(uri, view.visible));
  server.onRunning(() => realtime.refresh());
  connection = server;

  context.subscriptions.push(
    output,
    server,
    realtime,
    view,
    workspace.registerTextDocumentContentProvider(PAGES, pages),
    commands.registerCommand('halfopen.restart', () => server.restart()),
    commands.registerCommand('halfopen.showOutput', () => output.show()),
    commands.registerCommand('halfopen.explain', (rule?: unknown) =>
      pages.explain(typeof rule === 'string' ? rule : undefined),
    ),
    commands.registerCommand('halfopen.fixAll', fixAll),
    commands.registerCommand('halfopen.fixWorkspace', () => fixWorkspace(server)),
    commands.registerCommand('halfopen.openSettings', openSettings),
    commands.registerCommand('halfopen.refreshRealtime', () => realtime.refresh()),
    commands.registerCommand('halfopen.reveal', reveal),
    workspace.onDidChangeWorkspaceFolders(() => realtime.refresh()),
    workspace.onDidGrantWorkspaceTrust(() => server.restart()),
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

export function deactivate(): Promise<void> | undefined {
  return connection?.stop();
}
