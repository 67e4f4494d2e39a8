//! Lifecycle, pooling, heartbeat, retry, cleanup.

pub(super) mod async_effect_cleanup;
pub(super) mod broker_connection_per_socket;
pub(super) mod connect_in_render;
pub(super) mod connection_per_call;
pub(super) mod constant_client_id;
pub(super) mod duplicate_listener;
pub(super) mod heartbeat_without_timeout;
pub(super) mod ineffective_cleanup;
pub(super) mod leaked_timer;
pub(super) mod missing_cleanup;
pub(super) mod missing_error_handler;
pub(super) mod missing_heartbeat;
pub(super) mod missing_reconnect;
pub(super) mod reconnect_after_close;
pub(super) mod reconnect_every_render;
pub(super) mod reconnect_ignores_close_code;
pub(super) mod reconnect_unbounded;
pub(super) mod reconnect_without_backoff;
pub(super) mod reconnect_without_jitter;
pub(super) mod send_before_open;
pub(super) mod subscription_in_loop;
pub(super) mod unload_cleanup;
