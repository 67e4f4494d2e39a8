//! The language server: the protocol over standard input and output.
//!
//! **Invariant**: this is the only room that knows the protocol, and nothing here decides what a bug is. The four
//! document notifications change state at once, in the order of arrival; everything slow runs on threads of its
//! own, and no handler waits for it, nor for an answer of the client.
//! Deliberately absent: pull diagnostics, so that push and pull can never be mixed.
//!
//! From the outside in: `frames` → `wire` → `server` (handlers) → `session` → `documents` (what the text is) →
//! `schedule` (who is analysed when) → `analysis` → `calm` (what may be shown now) → `publish` → `outgoing`.

mod actions;
mod analysis;
mod calm;
mod convert;
mod copies;
mod debug;
mod dependents;
mod documents;
mod features;
mod fix_all;
mod fix_workspace;
mod frames;
mod hover;
mod migrations;
mod moved;
mod new_code;
mod outgoing;
mod parent;
mod publish;
mod realtime;
mod schedule;
mod server;
mod session;
mod settings;
mod silence;
mod spelling;
mod wire;

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Handle};

use outgoing::Outgoing;
use session::Session;

/// How the server was started.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// Whether `halfopen/text` and `halfopen/settled` are answered; then only the latter ends a typing pause.
    pub(crate) debug_requests: bool,
    /// The settings file that counts for every document, in place of the nearest.
    pub(crate) config: Option<PathBuf>,
    /// A test hook: every rule panics on a document whose path ends so.
    pub(crate) panic_on: Option<String>,
}

/// Room for the analysis of deeply nested code; only what is touched is ever backed by memory.
const STACK: usize = 16 << 20;

/// How long the last messages may take to leave when the session is over.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Serves one client until it says `exit`, closes the input or dies. The exit code is 0 if it asked for the shutdown.
pub(crate) fn run(options: Options) -> i32 {
    // A parse that takes seconds holds a thread; with a few more than that, other documents never wait for it.
    let analyses = std::thread::available_parallelism().map_or(4, |cores| cores.get().max(4));
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(analyses)
        .thread_stack_size(STACK)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            // Nobody else is left to be told.
            let _ = writeln!(std::io::stderr(), "halfopen: no threads: {error}");
            return 1;
        }
    };
    let code = runtime.block_on(serve(options));
    // Running analyses and the thread that reads the input are left behind: the process ends now.
    runtime.shutdown_background();
    code
}

async fn serve(options: Options) -> i32 {
    let outgoing = Outgoing::to(std::io::stdout());
    let session = Arc::new(Session::new(options, outgoing, Handle::current()));
    let input = wire::read(std::io::stdin());
    tokio::select! {
        () = wire::serve(&session, input) => {}
        () = session.orphaned.notified() => {}
    }
    session.outgoing.flush(LAST_WORDS);
    session.exit_code()
}

/// Locks, also after a panic of another holder: each holder leaves the state whole at every step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
