/** So many crashes in so short a time are more than bad luck. */
const MOST_CRASHES = 5;
const SHORT_TIME_MS = 3 * 60 * 1000;

/** The crashes of one program. */
export class Crashes {
  #answered = false;
  #times: number[] = [];

  /** The program has proven to be a language server. */
  answered(): void {
    this.#answered = true;
  }

  /**
   * What to do after a crash at that time (milliseconds). A program that never got as far as to answer is not tried
   * again: it would only fail again.
   */
  next(now: number): 'start' | 'offer' | 'nothing' {
    if (!this.#answered) return 'nothing';
    this.#times = [...this.#times.filter((time) => now - time < SHORT_TIME_MS), now];
    return this.#times.length < MOST_CRASHES ? 'start' : 'offer';
  }
}
