//! What people see of a connection.

pub(super) mod blocking_dialog_in_handler;
pub(super) mod clears_on_disconnect;
pub(super) mod ignored_subscription_state;
pub(super) mod no_connection_status;
pub(super) mod notification_flood;
pub(super) mod throw_in_handler;
