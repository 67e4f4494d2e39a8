//! What tells how a connection does.

pub(super) mod silent_close;
pub(super) mod unmeasured_connection;
