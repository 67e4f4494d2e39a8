import {
  CloseAction,
  ErrorAction,
  type CloseHandlerResult,
  type ErrorHandler,
  type ErrorHandlerResult,
} from 'vscode-languageclient/node';

/**
 * Leaves it to us to start a server again. The client's own way is given up by a write that meets the dead server
 * before its end is known, and by a server that dies a second time before it has answered.
 */
export class EndHandler implements ErrorHandler {
  readonly #onEnd: () => void;

  /** `onEnd` is called when the connection has ended without being asked to, and the client knows it. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  error(): ErrorHandlerResult {
    // If the server is dead, `closed` comes next. The log tells the rest.
    return { action: ErrorAction.Continue, handled: true };
  }

  closed(): CloseHandlerResult {
    // The client marks itself as stopped once this has returned.
    setImmediate(this.#onEnd);
    return { action: CloseAction.DoNotRestart, handled: true, message: 'The server has ended.' };
  }
}
