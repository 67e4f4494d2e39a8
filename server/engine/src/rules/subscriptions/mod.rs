//! Channels and their subscriptions.

pub(super) mod listener_after_subscribe;
