//! A bar for runs that take long.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget};

/// Shorter runs show nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on standard error, if that is a terminal, from the second second on.
pub(super) struct Progress {
    bar: ProgressBar,
    began: Instant,
    may_show: bool,
    shown: AtomicBool,
}

impl Progress {
    /// Before any file is known.
    pub(super) fn new() -> Self {
        Self {
            bar: ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden()),
            began: Instant::now(),
            may_show: io::stderr().is_terminal(),
            shown: AtomicBool::new(false),
        }
    }

    /// One more file is to be done.
    pub(super) fn expect(&self) {
        self.bar.inc_length(1);
    }

    /// One more file is done.
    pub(super) fn advance(&self) {
        self.bar.inc(1);
        if self.may_show && self.began.elapsed() > PATIENCE && !self.shown.swap(true, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// All are done: the line is clean again.
    pub(super) fn finish(self) {
        self.bar.finish_and_clear();
    }
}
