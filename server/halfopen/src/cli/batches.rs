//! Checking many files: each worker reads a batch, file by file, and then runs the rules on all of it.
//!
//! Parsing and the rules each fill the processor's caches with their own tables and code; if they take turns at every
//! file, each turn begins with empty ones. A tree is forty times as long as its text, so it is lowered while it still
//! lies in the cache, and goes before the next one comes.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, PoisonError};
use std::thread;

use aho_corasick::AhoCorasick;
use rayon::ThreadPoolBuilder;

use super::progress::Progress;
use super::run::{Opened, Run, Verdict};
use crate::workspace::walk::{Target, Walk, walk};

/// The stack of a worker, in bytes: what is deep on the main thread may be as deep here.
const STACK: usize = 8 * 1024 * 1024;

/// A batch takes no further file when it has so many bytes. Side by side, two thirds and twice as much made no
/// difference, a third was 2 % slower, and a file at a time 5 %.
const BYTES: usize = 40 << 10;

/// Checks what the paths lead to, or `folder` if there are none, from the moment that the first file is met.
pub(super) fn check_while_walking(
    run: &Run,
    paths: &[PathBuf],
    folder: &Path,
    progress: &Progress,
) -> (Walk, Vec<Verdict>) {
    let (sender, targets) = mpsc::channel();
    let found = move |target| {
        progress.expect();
        // The other end goes only with a panic, which ends the run.
        let _ = sender.send(target);
    };
    let queue = Queue { targets: Mutex::new(targets) };
    thread::scope(|scope| {
        // A thread of its own: the pool may have a single one, which waits for what is met.
        let walking = scope.spawn(move || match paths {
            [] => walk(&[folder.to_path_buf()], found),
            paths => walk(paths, found),
        });
        let verdicts = on_all_cores(|| check_from(&queue, run, progress));
        let walk = walking.join().unwrap_or_else(|panic| resume_unwind(panic));
        let mut verdicts: Vec<Verdict> = verdicts.into_iter().flatten().collect();
        check_followers(run, &mut verdicts);
        (walk, verdicts)
    })
}

/// Checks files that were passed over and say a name by which others export what opens something for its callers, and
/// then those that say a name by which these export it, until there is no further one.
fn check_followers(run: &Run, verdicts: &mut [Verdict]) {
    let mut names = openers(verdicts.iter());
    while let Some(names_of_openers) = (!names.is_empty()).then(|| AhoCorasick::new(&names).ok()).flatten() {
        let rest = Mutex::new(verdicts.iter_mut());
        let next = || rest.lock().unwrap_or_else(PoisonError::into_inner).next();
        let found = on_all_cores(|| {
            let mut exported = BTreeSet::new();
            while let Some(verdict) = next() {
                if let Some(follower) = run.look_again(verdict, |text| says_word(&names_of_openers, text)) {
                    exported.extend(openers([&follower]));
                    *verdict = follower;
                }
            }
            exported
        });
        names = found.into_iter().reduce(|all, more| &all | &more).unwrap_or_default();
    }
}

/// Whether a text says one of the names, and not only a longer one with it inside.
fn says_word(names: &AhoCorasick, text: &[u8]) -> bool {
    let is_part =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'));
    let mut found = names.find_overlapping_iter(text);
    found.any(|found| !is_part(text[..found.start()].last()) && !is_part(text.get(found.end())))
}

/// The names under which files are imported that export what opens something for its callers.
fn openers<'verdict>(verdicts: impl IntoIterator<Item = &'verdict Verdict>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for verdict in verdicts {
        let exported = verdict.result.iter().flat_map(|analysis| &analysis.openers);
        for name in exported {
            match name.as_str() {
                // It gets its name from whoever imports it, out of a file or folder that a specifier names.
                "default" => names.extend(specifier_words(&verdict.path)),
                name => _ = names.insert(name.to_owned()),
            }
        }
    }
    names
}

/// The words that end the specifiers by which a file may be imported: its own name, or those of the folders around an
/// index file.
fn specifier_words(path: &Path) -> Vec<String> {
    const SOURCES: [&str; 4] = ["src", "lib", "source", "app"];
    let word = |part: &OsStr| part.to_string_lossy().into_owned();
    match path.file_stem() {
        Some(stem) if stem != "index" => vec![word(stem)],
        _ => {
            let folders = path.ancestors().skip(1).filter_map(Path::file_name).map(word);
            folders.filter(|folder| !SOURCES.contains(&folder.as_str())).take(2).collect()
        }
    }
}

/// Work on each thread of a pool whose stacks are as large as the main thread's.
fn on_all_cores<T: Send>(work: impl Fn() -> T + Sync) -> Vec<T> {
    match ThreadPoolBuilder::new().stack_size(STACK).build() {
        Ok(pool) => pool.broadcast(|_| work()),
        Err(_) => vec![work()],
    }
}

/// The files that were met and that no worker has taken.
struct Queue {
    targets: Mutex<Receiver<Target>>,
}

impl Queue {
    /// The next file, as soon as there is one; none if there will be none.
    fn wait(&self) -> Option<Target> {
        self.targets.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
    }

    /// The next file, if there is one now.
    fn take(&self) -> Option<Target> {
        // Whoever holds the lock waits for a file.
        self.targets.try_lock().ok()?.try_recv().ok()
    }
}

/// One worker.
fn check_from(queue: &Queue, run: &Run, progress: &Progress) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let mut conclude = |opened: Opened| {
        verdicts.push(run.check(opened));
        progress.advance();
    };
    while let Some(first) = queue.wait() {
        let mut batch = Vec::new();
        let mut bytes = 0;
        let mut next = Some(first);
        while let Some(target) = next {
            let mut opened = run.open(&target);
            match opened.len() {
                Some(len) => {
                    bytes += len;
                    opened.lower();
                    batch.push(opened);
                }
                None => conclude(opened),
            }
            next = if bytes < BYTES { queue.take() } else { None };
        }
        batch.into_iter().for_each(&mut conclude);
    }
    verdicts
}
