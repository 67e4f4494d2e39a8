//! Authentication, abuse, privacy, errors.

pub(super) mod insecure_url;
pub(super) mod service_role_in_client;
