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
 * The client's own policy, which starts a server again that crashed, until it crashed too often; the client's message
 * of that has no way to start it after all, so ours stands in its place. Only a program that never got as far as to
 * answer is not tried again: it would fail five times and tell it in two dozen messages.
 */
export class CrashPolicy implements ErrorHandler {
  readonly #client: LanguageClient;
  readonly #usual: ErrorHandler;
  readonly #onGivenUp: () => void;

  /** `onGivenUp` is called when the server crashed so often that it is not started again. */
  constructor(client: LanguageClient, onGivenUp: () => void) {
    this.#client = client;
    this.#onGivenUp = onGivenUp;
    this.#usual = client.createDefaultErrorHandler();
  }

  async error(error: Error, message: Message | undefined, count: number | undefined): Promise<ErrorHandlerResult> {
    const result = await this.#usual.error(error, message, count);
    // As long as the connection goes on, the log is enough.
    return { ...result, handled: result.action === ErrorAction.Continue };
  }

  async closed(): Promise<CloseHandlerResult> {
    if (this.#client.state !== State.Running) return { action: CloseAction.DoNotRestart, handled: true };
    const result = await this.#usual.closed();
    if (result.action === CloseAction.Restart) return result;
    this.#onGivenUp();
    return { ...result, handled: true };
  }
}
