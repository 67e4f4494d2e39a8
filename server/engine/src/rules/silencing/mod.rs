//! Comments that silence findings.

pub(super) mod ignore_without_reason;
pub(super) mod unused_ignore;
