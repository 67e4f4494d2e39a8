//! Consistency of what handlers read and write.

pub(super) mod append_without_dedupe;
pub(super) mod fetch_subscribe_gap;
pub(super) mod lost_update;
pub(super) mod no_resync_after_reconnect;
pub(super) mod optimistic_without_rollback;
pub(super) mod out_of_order_apply;
pub(super) mod stale_closure;
pub(super) mod stale_response;
pub(super) mod state_mutation;
pub(super) mod unguarded_parse;
pub(super) mod unvalidated_message;
