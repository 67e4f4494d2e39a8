//! Channels and their subscriptions.

pub(super) mod altered_realtime_messages;
pub(super) mod auth_callback_deadlock;
pub(super) mod broadcast_not_private;
pub(super) mod closed_channel_stays_closed;
pub(super) mod delete_filter_on_non_key;
pub(super) mod duplicate_topic;
pub(super) mod listener_after_subscribe;
pub(super) mod missing_rejoin;
pub(super) mod missing_select_grant;
pub(super) mod old_record_without_replica_identity;
pub(super) mod private_channel_without_policy;
pub(super) mod public_channel;
pub(super) mod removed_realtime_api;
pub(super) mod reserved_topic;
pub(super) mod stale_realtime_auth;
pub(super) mod subscribe_status_ignored;
pub(super) mod subscribe_twice;
pub(super) mod table_not_in_publication;
pub(super) mod table_without_rls;
pub(super) mod table_without_select_policy;
pub(super) mod unchecked_event_type;
pub(super) mod unfiltered_changes;
