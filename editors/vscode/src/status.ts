import { languages, LanguageStatusSeverity, type DocumentSelector, type Disposable } from 'vscode';

/** How the server is doing. */
export type ServerState = { kind: 'starting' } | { kind: 'running'; version: string } | { kind: 'stopped' };

/** The entry `{}` of the status bar: whether findings are to be expected, and how many there are. */
export class Status implements Disposable {
  readonly #item;
  readonly #watch;
  #state: ServerState = { kind: 'stopped' };

  constructor(selector: DocumentSelector) {
    this.#item = languages.createLanguageStatusItem('halfopen', selector);
    this.#item.name = 'halfopen';
    this.#item.command = { command: 'halfopen.showOutput', title: 'Show output' };
    this.#watch = languages.onDidChangeDiagnostics(() => this.#show());
    this.#show();
  }

  set(state: ServerState): void {
    this.#state = state;
    this.#show();
  }

  dispose(): void {
    this.#watch.dispose();
    this.#item.dispose();
  }

  #show(): void {
    const { kind } = this.#state;
    this.#item.busy = kind === 'starting';
    this.#item.severity = kind === 'stopped' ? LanguageStatusSeverity.Error : LanguageStatusSeverity.Information;
    this.#item.text = textFor(this.#state);
    this.#item.detail = kind === 'running' ? `${countFindings()} findings in open files` : '';
  }
}

function textFor(state: ServerState): string {
  switch (state.kind) {
    case 'starting':
      return 'halfopen is starting';
    case 'running':
      return `halfopen ${state.version}`;
    case 'stopped':
      return 'halfopen is not running';
  }
}

function countFindings(): number {
  const ours = languages.getDiagnostics().flatMap(([, diagnostics]) => diagnostics);
  return ours.filter(({ source }) => source === 'halfopen').length;
}
