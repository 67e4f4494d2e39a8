//! Consistency of what handlers read and write.

pub(super) mod stale_closure;
pub(super) mod state_mutation;
pub(super) mod unguarded_parse;
