//! What happens without a connection, and what is kept.

pub(super) mod dropped_send;
pub(super) mod no_offline_detection;
pub(super) mod online_status_as_truth;
pub(super) mod sync_storage_in_handler;
pub(super) mod unbounded_queue;
pub(super) mod volatile_queue;
