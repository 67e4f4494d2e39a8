//! What happens without a connection, and what is kept.

pub(super) mod sync_storage_in_handler;
