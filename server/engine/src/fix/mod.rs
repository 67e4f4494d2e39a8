//! Building edits in the file's own style: its indentation, its semicolons, its line ends.
//!
//! **Invariant**: a fix is offered only where the code has the shape that it was made for; what it leaves parses and
//! is silent. Deliberately absent: whether a fix is wanted.

mod again;
mod back_off;
mod edit;
mod guard;
mod heartbeat;
mod hurry;
mod import;
mod insert;
mod late;
mod listener;
mod lists;
mod measure;
mod migration;
mod moved;
mod owner;
mod pace;
mod reconnect;
mod release;
mod render;
mod report;
mod set;
mod stale;
mod style;
mod subscribe;
mod wrap;

pub(crate) use again::{join_again, load_when_live};
pub(crate) use back_off::back_off;
pub(crate) use guard::{ignore_late_answer, leave_out_deletes, look_at_code, throttle_send, wait_for_drain};
pub(crate) use heartbeat::{miss_answers, ping_clients};
pub(crate) use hurry::try_when_online;
pub(crate) use import::{Import, Known, known_import};
pub(crate) use insert::{hear_errors, parse_in_try, replace_scheme, status_callback};
pub(crate) use late::{ask_for_owner, inner_async};
pub(crate) use lists::{cap_queue, keep_newest, leave_out_known, set_copy};
pub(crate) use measure::{Sink, measure};
pub(crate) use migration::{Need, join_policy, migration, publish_all};
pub(crate) use moved::{listen_once, make_text_once};
pub(crate) use owner::release_with_owner;
pub(crate) use pace::{render_once_a_frame, store_in_a_while};
pub(crate) use reconnect::reconnect;
pub(crate) use render::into_effect;
pub(crate) use report::{log_kind, record_close, report_swallowed, report_thrown, tell_unsent};
pub(crate) use set::{
    add_jitter, ask_for_bytes, filter_changes, limit_compression, limit_payload, listen_for_pagehide, randomize,
    set_as_text,
};
pub(crate) use stale::read_newest_state;
pub(crate) use subscribe::subscribe_last;
pub(crate) use wrap::{
    call_before_build, call_handle, call_in_arrow, call_release, cap_delay, defer_callback, detach_before_close,
    join_privately, name_handler, own_topic, rename_method, run_once, send_when_open, through_member,
};
