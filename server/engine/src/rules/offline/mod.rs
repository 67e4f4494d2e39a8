//! What happens without a connection, and what is kept.

pub(super) mod dropped_send;
pub(super) mod sync_storage_in_handler;
pub(super) mod unbounded_queue;
