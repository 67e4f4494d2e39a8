//! Who is analysed when.
//!
//! **Invariant**: at most one analysis per document at a time, always of its newest text; what is asked for while it
//! runs becomes one further run. Each question gets a ticket, and a ticket is done only when a text that includes
//! everything known at that time was published. Nothing but the debugging barrier waits for a ticket.
//! Only this room knows the clock, and with the debugging requests the typing pause ends by the barrier alone.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use halfopen_engine::cancel::Cancel;
use tokio::sync::watch;

use super::analysis::{self, Outcome};
use super::documents::OpenDocument;
use super::lock;
use super::session::Session;

/// So long without an edit, and what was held back while the text was broken is shown.
const PAUSE: Duration = Duration::from_millis(500);

/// An analysis whose text has changed meanwhile is stopped when it has run so long; a shorter one is nearly done.
const PATIENCE: Duration = Duration::from_millis(100);

/// After so many stopped runs in a row one is let through: its trees make the next ones short.
const STOPS_IN_A_ROW: u32 = 3;

/// What is asked of an analysis; the later one includes the earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Want {
    /// What may be shown while somebody types.
    Calm,
    /// Everything, with broken trees parsed afresh.
    Full,
}

/// The questions to one document's analysis.
pub(super) struct Queue {
    state: Mutex<State>,
    /// The newest ticket that is done.
    done: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    /// The newest ticket.
    asked: u64,
    want: Option<Want>,
    running: Option<Run>,
    stopped_in_a_row: u32,
    closed: bool,
}

struct Run {
    cancel: Cancel,
    started: Instant,
    /// Whether it will be stopped when its time is over.
    limited: bool,
    /// The client was told meanwhile that all stays as it is, so nobody waits for the end.
    answered: bool,
}

impl Run {
    fn new() -> Self {
        Self { cancel: Cancel::new(), started: Instant::now(), limited: false, answered: false }
    }
}

impl Queue {
    /// The queue of a document; one that nobody analyses has answered everything.
    pub(super) fn new(is_analysed: bool) -> Self {
        let (done, _) = watch::channel(if is_analysed { 0 } else { u64::MAX });
        Self { state: Mutex::default(), done }
    }

    /// The newest ticket.
    pub(super) fn newest(&self) -> u64 {
        lock(&self.state).asked
    }

    /// Tells which ticket is done.
    pub(super) fn progress(&self) -> watch::Receiver<u64> {
        self.done.subscribe()
    }

    /// Stops the running analysis and takes no more questions.
    pub(super) fn close(&self) {
        let mut state = lock(&self.state);
        state.closed = true;
        if let Some(run) = &state.running {
            run.cancel.cancel();
        }
        drop(state);
        self.done.send_replace(u64::MAX);
    }

    /// The next run, or the end of the worker.
    fn next(&self) -> Option<(Want, u64, Cancel)> {
        let mut state = lock(&self.state);
        let want = if state.closed { None } else { state.want.take() };
        let Some(want) = want else {
            state.running = None;
            return None;
        };
        let run = Run::new();
        let cancel = run.cancel.clone();
        state.running = Some(run);
        Some((want, state.asked, cancel))
    }

    /// The running analysis has shown something that may stand for its answer: the next edit stops it at once.
    pub(super) fn answered(&self) {
        if let Some(run) = &mut lock(&self.state).running {
            run.answered = true;
        }
    }

    fn finish(&self, want: Want, ticket: u64, outcome: Outcome) {
        let mut state = lock(&self.state);
        match outcome {
            Outcome::Done => {
                state.stopped_in_a_row = 0;
                self.done.send_modify(|done| *done = (*done).max(ticket));
            }
            Outcome::Outdated => {
                state.stopped_in_a_row = 0;
                state.want = state.want.max(Some(want));
            }
            Outcome::Stopped => {
                let counts = state.running.as_ref().is_none_or(|run| !run.answered);
                state.stopped_in_a_row += u32::from(counts);
                state.want = state.want.max(Some(want));
            }
        }
    }
}

/// Asks for an analysis; returns the ticket.
pub(super) fn ask(session: &Arc<Session>, document: &Arc<OpenDocument>, want: Want) -> u64 {
    put(session, document, want, false)
}

/// Asks for an analysis because the text changed: a run that reads an older text is soon stopped.
pub(super) fn edited(session: &Arc<Session>, document: &Arc<OpenDocument>) {
    put(session, document, Want::Calm, true);
}

/// Asks for everything once nobody has typed for a while. In tests they say when that is: a slow machine is no pause.
pub(super) fn after_pause(session: &Arc<Session>, document: &Arc<OpenDocument>, edition: u64, changed_at: Instant) {
    if session.debug_requests {
        return;
    }
    let left = PAUSE.saturating_sub(changed_at.elapsed());
    let runtime = session.runtime.clone();
    let (session, document) = (Arc::clone(session), Arc::clone(document));
    runtime.spawn(async move {
        tokio::time::sleep(left).await;
        let is_newest = lock(&document.buffer).edition == edition;
        if is_newest {
            ask(&session, &document, Want::Full);
        }
    });
}

fn put(session: &Arc<Session>, document: &Arc<OpenDocument>, want: Want, is_edit: bool) -> u64 {
    let mut state = lock(&document.queue.state);
    state.asked += 1;
    let ticket = state.asked;
    if state.closed || document.analysis.is_none() {
        return ticket;
    }
    state.want = state.want.max(Some(want));
    let may_stop = is_edit && state.stopped_in_a_row < STOPS_IN_A_ROW;
    if let Some(run) = state.running.as_mut() {
        if is_edit && run.answered {
            run.cancel.cancel();
        } else if may_stop && !run.limited {
            run.limited = true;
            limit(session, run);
        }
    } else {
        state.running = Some(Run::new());
        let runtime = session.runtime.clone();
        let (session, document) = (Arc::clone(session), Arc::clone(document));
        runtime.spawn_blocking(move || work(&session, &document));
    }
    ticket
}

/// Stops a run when its time is over. The flag belongs to this one run; set after its end it stops nothing.
fn limit(session: &Session, run: &Run) {
    let cancel = run.cancel.clone();
    let left = PATIENCE.saturating_sub(run.started.elapsed());
    session.runtime.spawn(async move {
        tokio::time::sleep(left).await;
        cancel.cancel();
    });
}

fn work(session: &Arc<Session>, document: &Arc<OpenDocument>) {
    while let Some((want, ticket, cancel)) = document.queue.next() {
        let outcome = analysis::look(session, document, want, &cancel);
        document.queue.finish(want, ticket, outcome);
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Queue, Want, lock};

    fn ask(queue: &Queue, want: Want) -> u64 {
        let mut state = lock(&queue.state);
        state.asked += 1;
        state.want = state.want.max(Some(want));
        state.asked
    }

    #[test]
    fn questions_during_a_run_become_one_further_run() {
        let queue = Queue::new(true);
        ask(&queue, Want::Calm);
        let (want, ticket, _) = queue.next().expect("somebody asked");
        assert_eq!((want, ticket), (Want::Calm, 1));
        ask(&queue, Want::Full);
        ask(&queue, Want::Calm);
        queue.finish(want, ticket, Outcome::Done);
        assert_eq!(*queue.progress().borrow(), 1);
        let (want, ticket, _) = queue.next().expect("somebody asked again");
        assert_eq!((want, ticket), (Want::Full, 3));
        queue.finish(want, ticket, Outcome::Done);
        assert!(queue.next().is_none());
    }

    #[test]
    fn a_run_that_was_stopped_or_outdated_is_not_done() {
        let queue = Queue::new(true);
        ask(&queue, Want::Full);
        for outcome in [Outcome::Stopped, Outcome::Outdated] {
            let (want, ticket, _) = queue.next().expect("the question stands");
            queue.finish(want, ticket, outcome);
            assert_eq!(*queue.progress().borrow(), 0);
        }
        assert_eq!(queue.next().map(|(want, _, _)| want), Some(Want::Full));
    }

    #[test]
    fn a_closed_queue_has_answered_everything() {
        let queue = Queue::new(true);
        ask(&queue, Want::Full);
        queue.close();
        assert!(queue.next().is_none());
        assert_eq!(*queue.progress().borrow(), u64::MAX);
    }
}
