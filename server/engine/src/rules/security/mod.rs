//! Authentication, abuse, privacy, errors.

pub(super) mod insecure_url;
pub(super) mod message_to_html;
pub(super) mod missing_max_payload;
pub(super) mod payload_log;
pub(super) mod service_role_in_client;
pub(super) mod token_in_url;
pub(super) mod wildcard_cors;
