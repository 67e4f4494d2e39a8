//! The database sends to private channels of a topic, and the code joins the public one.

use crate::finding::Severity;
use crate::fix;
use crate::model::Privacy;
use crate::rules::tables::in_sql;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "broadcast-not-private",
    area: "subscriptions",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "The database sends to private channels of a topic, and the code joins the public one.",
    fix: "suggestion",
    page: include_str!("broadcast-not-private.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    for channel in cx.resources().iter().filter(|resource| view.is_supabase_channel(resource)) {
        if view.is_test() || view.privacy(channel) != Privacy::Public || !view.listens_for(channel, "broadcast") {
            continue;
        }
        let topic = view.topic_parts(channel);
        // A topic of which nothing is known may be any.
        let is_known = topic.iter().flatten().any(|part| part.len() > 1);
        let Some((schema, at)) = view.database().filter(|_| is_known).zip(view.arg(channel.site, 0)) else { continue };
        let mut sends = schema.sends().filter(|send| send.topic == topic);
        let Some(first) = sends.next() else { continue };
        if first.is_private != Some(true) || sends.any(|send| send.is_private != Some(true)) {
            continue;
        }
        let message = "the database sends to this topic privately, and this channel is public: nothing of it arrives, and \
                       nothing fails. Join it with `{ config: { private: true } }`, and with a policy on \
                       `realtime.messages` that lets the user read.";
        // Who may not join it has to see to that first.
        let fix = fix::join_privately(cx, channel).filter(|_| schema.may_join_privately());
        let place = cx.place(at);
        let sent = in_sql(&first.place, "the database sends here".to_owned());
        cx.report(place.unit, place.span, message.to_owned()).elsewhere(Some(sent)).fix(fix);
    }
}
