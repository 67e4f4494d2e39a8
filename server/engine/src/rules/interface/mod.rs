//! What people see of a connection.

pub(super) mod blocking_dialog_in_handler;
pub(super) mod throw_in_handler;
