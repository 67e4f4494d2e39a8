//! Authentication, abuse, privacy, errors.

pub(super) mod insecure_url;
