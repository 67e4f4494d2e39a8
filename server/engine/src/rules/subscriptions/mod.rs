//! Channels and their subscriptions.

pub(super) mod auth_callback_deadlock;
pub(super) mod duplicate_topic;
pub(super) mod listener_after_subscribe;
pub(super) mod removed_realtime_api;
pub(super) mod subscribe_status_ignored;
