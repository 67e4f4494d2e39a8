//! Consistency of what handlers read and write.

pub(super) mod append_without_dedupe;
pub(super) mod stale_closure;
pub(super) mod state_mutation;
pub(super) mod unguarded_parse;
