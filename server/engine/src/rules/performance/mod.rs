//! How often, how much and how many.

pub(super) mod stringify_in_broadcast;
pub(super) mod unthrottled_send;
