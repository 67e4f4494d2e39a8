import {
  CloseAction,
  ErrorAction,
  State,
  type CloseHandlerResult,
  type ErrorHandler,
  type ErrorHandlerResult,
  type LanguageClient,
  type Message,
} from 'vscode-languageclient/node';

/**
 * The client's own policy, which starts a server again that crashed, until it crashed too often. Only a program that
 * never got as far as to answer is not tried again: it would fail five times and tell it in two dozen messages.
 */
export class CrashPolicy implements ErrorHandler {
  readonly #client: LanguageClient;
  readonly #usual: ErrorHandler;

  constructor(client: LanguageClient) {
    this.#client = client;
    this.#usual = client.createDefaultErrorHandler();
  }

  async error(error: Error, message: Message | undefined, count: number | undefined): Promise<ErrorHandlerResult> {
    const result = await this.#usual.error(error, message, count);
    // As long as the connection goes on, the log is enough.
    return { ...result, handled: result.action === ErrorAction.Continue };
  }

  async closed(): Promise<CloseHandlerResult> {
    if (this.#client.state === State.Running) return this.#usual.closed();
    return { action: CloseAction.DoNotRestart, handled: true };
  }
}
