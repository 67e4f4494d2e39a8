//! Authentication, abuse, privacy, errors.

pub(super) mod insecure_url;
pub(super) mod message_to_html;
pub(super) mod missing_connection_auth;
pub(super) mod missing_max_payload;
pub(super) mod missing_origin_check;
pub(super) mod missing_rate_limit;
pub(super) mod payload_log;
pub(super) mod pii_in_presence;
pub(super) mod sensitive_log;
pub(super) mod service_role_in_client;
pub(super) mod swallowed_error;
pub(super) mod token_in_url;
pub(super) mod unchecked_room_join;
pub(super) mod wildcard_cors;
