/** The part of VS Code's configuration that is read here. */
export interface Configuration {
  get(key: string): unknown;
  inspect(key: string): { globalValue?: unknown; workspaceValue?: unknown } | undefined;
}

/** The settings that are the server's. It takes no others: one unknown key, and it leaves them all out. */
export const SERVER_KEYS = ['preset', 'rules', 'listeners', 'maxFileSize', 'migrations', 'libraries', 'ignore', 'tests', 'overrides'] as const;

/** What the user set of them. The server has its own defaults; those of the manifest are for display alone. */
export function serverSettings(configuration: Configuration): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const key of SERVER_KEYS) {
    const set = configuration.inspect(key);
    if (set?.globalValue === undefined && set?.workspaceValue === undefined) continue;
    const value = configuration.get(key);
    // In VS Code null takes a setting back. The server would take it for a mistake.
    if (value !== null) settings[key] = value;
  }
  return settings;
}
