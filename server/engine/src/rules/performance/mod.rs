//! How often, how much and how many.

pub(super) mod compression_without_limits;
pub(super) mod missing_binary_type;
pub(super) mod no_backpressure;
pub(super) mod polling_beside_push;
pub(super) mod single_process_rooms;
pub(super) mod stringify_in_broadcast;
pub(super) mod unbounded_buffer;
pub(super) mod unthrottled_render;
pub(super) mod unthrottled_send;
