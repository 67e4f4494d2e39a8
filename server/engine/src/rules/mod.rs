//! The rules: each a small predicate over the realtime model, with its page beside it.
//!
//! **Invariant**: a rule walks no syntax. What it needs and the model lacks is given to the model.

mod comment_context;
mod connection;
mod context;
mod guides;
mod interface;
mod observability;
mod offline;
mod performance;
mod security;
mod silencing;
mod sql_context;
mod subscriptions;
mod sync;
mod tables;
mod words;

pub use guides::{guide, guides};

pub(crate) use comment_context::{CommentCheck, CommentContext};
pub(crate) use context::{Place, RuleContext, UnitCheck, UnitFinding, UnitFix, action};
pub(crate) use sql_context::SqlContext;

use std::sync::LazyLock;

use crate::finding::Severity;
use crate::settings::Preset;

/// What is known of a rule before it runs.
#[derive(Debug, PartialEq)]
pub struct RuleMeta {
    /// Its name, also of its page.
    pub name: &'static str,
    /// Its area: `connection`, `subscriptions`, …
    pub area: &'static str,
    /// How bad its findings are.
    pub severity: Severity,
    /// The smallest preset that holds it.
    pub preset: Preset,
    /// One sentence.
    pub summary: &'static str,
    /// What its fixes are, in a few words: `safe`, `suggestion`, `none`.
    pub fix: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
}

/// A rule: its description and its predicate.
pub(crate) struct Rule {
    pub(crate) meta: &'static RuleMeta,
    pub(crate) check: fn(&mut RuleContext<'_, '_>),
}

/// A rule that looks at a migration.
pub(crate) struct SqlRule {
    pub(crate) meta: &'static RuleMeta,
    pub(crate) check: fn(&mut SqlContext<'_>),
}

/// A rule that looks at the comments which silence others.
pub(crate) struct CommentRule {
    pub(crate) meta: &'static RuleMeta,
    pub(crate) check: fn(&mut CommentContext<'_>),
}

/// The rules that look at comments, by area and name.
pub(crate) static COMMENT_RULES: &[CommentRule] =
    &[silencing::ignore_without_reason::RULE, silencing::unused_ignore::RULE];

/// The rules that look at migrations, by area and name.
pub(crate) static SQL_RULES: &[SqlRule] = &[subscriptions::altered_realtime_messages::RULE];

/// The rules that look at code, by area and name.
pub(crate) static RULES: &[Rule] = &[
    connection::async_effect_cleanup::RULE,
    connection::broker_connection_per_socket::RULE,
    connection::connect_in_render::RULE,
    connection::connection_per_call::RULE,
    connection::constant_client_id::RULE,
    connection::duplicate_listener::RULE,
    connection::heartbeat_without_timeout::RULE,
    connection::ineffective_cleanup::RULE,
    connection::leaked_timer::RULE,
    connection::missing_cleanup::RULE,
    connection::missing_error_handler::RULE,
    connection::missing_heartbeat::RULE,
    connection::missing_reconnect::RULE,
    connection::reconnect_after_close::RULE,
    connection::reconnect_every_render::RULE,
    connection::reconnect_ignores_close_code::RULE,
    connection::reconnect_unbounded::RULE,
    connection::reconnect_without_backoff::RULE,
    connection::reconnect_without_jitter::RULE,
    connection::send_before_open::RULE,
    connection::subscription_in_loop::RULE,
    connection::unload_cleanup::RULE,
    interface::blocking_dialog_in_handler::RULE,
    interface::clears_on_disconnect::RULE,
    interface::ignored_subscription_state::RULE,
    interface::no_connection_status::RULE,
    interface::notification_flood::RULE,
    interface::throw_in_handler::RULE,
    observability::silent_close::RULE,
    observability::unmeasured_connection::RULE,
    offline::dropped_send::RULE,
    offline::no_offline_detection::RULE,
    offline::online_status_as_truth::RULE,
    offline::sync_storage_in_handler::RULE,
    offline::unbounded_queue::RULE,
    offline::volatile_queue::RULE,
    performance::compression_without_limits::RULE,
    performance::missing_binary_type::RULE,
    performance::no_backpressure::RULE,
    performance::polling_beside_push::RULE,
    performance::single_process_rooms::RULE,
    performance::stringify_in_broadcast::RULE,
    performance::unbounded_buffer::RULE,
    performance::unthrottled_render::RULE,
    performance::unthrottled_send::RULE,
    security::insecure_url::RULE,
    security::message_to_html::RULE,
    security::missing_connection_auth::RULE,
    security::missing_max_payload::RULE,
    security::missing_origin_check::RULE,
    security::missing_rate_limit::RULE,
    security::payload_log::RULE,
    security::pii_in_presence::RULE,
    security::sensitive_log::RULE,
    security::service_role_in_client::RULE,
    security::swallowed_error::RULE,
    security::token_in_url::RULE,
    security::unchecked_room_join::RULE,
    security::wildcard_cors::RULE,
    subscriptions::auth_callback_deadlock::RULE,
    subscriptions::broadcast_not_private::RULE,
    subscriptions::closed_channel_stays_closed::RULE,
    subscriptions::delete_filter_on_non_key::RULE,
    subscriptions::duplicate_topic::RULE,
    subscriptions::listener_after_subscribe::RULE,
    subscriptions::missing_rejoin::RULE,
    subscriptions::missing_select_grant::RULE,
    subscriptions::old_record_without_replica_identity::RULE,
    subscriptions::private_channel_without_policy::RULE,
    subscriptions::public_channel::RULE,
    subscriptions::removed_realtime_api::RULE,
    subscriptions::reserved_topic::RULE,
    subscriptions::stale_realtime_auth::RULE,
    subscriptions::subscribe_status_ignored::RULE,
    subscriptions::subscribe_twice::RULE,
    subscriptions::table_not_in_publication::RULE,
    subscriptions::table_without_rls::RULE,
    subscriptions::table_without_select_policy::RULE,
    subscriptions::unchecked_event_type::RULE,
    subscriptions::unfiltered_changes::RULE,
    sync::append_without_dedupe::RULE,
    sync::fetch_subscribe_gap::RULE,
    sync::lost_update::RULE,
    sync::no_resync_after_reconnect::RULE,
    sync::optimistic_without_rollback::RULE,
    sync::out_of_order_apply::RULE,
    sync::stale_closure::RULE,
    sync::stale_response::RULE,
    sync::state_mutation::RULE,
    sync::unguarded_parse::RULE,
    sync::unvalidated_message::RULE,
];

/// The descriptions of all rules, by area and name.
pub fn all() -> impl Iterator<Item = &'static RuleMeta> {
    static ALL: LazyLock<Vec<&RuleMeta>> = LazyLock::new(|| {
        let code = RULES.iter().map(|rule| rule.meta);
        let sql = SQL_RULES.iter().map(|rule| rule.meta);
        let comments = COMMENT_RULES.iter().map(|rule| rule.meta);
        let mut all: Vec<_> = code.chain(sql).chain(comments).collect();
        all.sort_by_key(|rule| (rule.area, rule.name));
        all
    });
    ALL.iter().copied()
}

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static RuleMeta> {
    all().find(|rule| rule.name == name)
}
