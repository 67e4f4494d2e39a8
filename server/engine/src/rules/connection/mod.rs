//! Lifecycle, pooling, heartbeat, retry, cleanup.

pub(super) mod leaked_timer;
pub(super) mod missing_cleanup;
pub(super) mod missing_error_handler;
pub(super) mod missing_reconnect;
pub(super) mod reconnect_without_backoff;
