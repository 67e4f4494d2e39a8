//! People meet on a channel that anybody may join.

use crate::finding::Severity;
use crate::fix;
use crate::model::Privacy;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "public-channel",
    area: "subscriptions",
    severity: Severity::Hint,
    preset: Preset::Strict,
    summary: "Messages or the presence of people go over a channel that anybody may join.",
    fix: "suggestion",
    page: include_str!("public-channel.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    for channel in cx.resources().iter().filter(|resource| view.is_supabase_channel(resource)) {
        if view.is_test() || view.is_of_server() || view.privacy(channel) != Privacy::Public {
            continue;
        }
        let topic = view.topic_parts(channel);
        // One topic for all is for all; one that is made of an id is for those whom it belongs to.
        let is_of_somebody = topic.iter().any(Option::is_none);
        let what = match () {
            () if view.listens_for(channel, "presence") => "who is there",
            () if is_of_somebody && view.listens_for(channel, "broadcast") => "what is sent",
            () => continue,
        };
        let Some(at) = view.arg(channel.site, 0) else { continue };
        let schema = view.database();
        // That one is worse, and says so.
        if schema.as_ref().is_some_and(|schema| schema.sends().any(|send| send.topic == topic)) {
            continue;
        }
        let message = format!(
            "this channel is public: whoever has the application's key and guesses the topic sees {what} and can send as anybody. \
             Join it with `{{ config: {{ private: true }} }}`, and with policies on `realtime.messages` that say who may."
        );
        // Where nobody may join private channels, it would close the channel.
        let may_join = schema.is_none_or(|schema| schema.may_join_privately());
        let fix = if may_join { fix::join_privately(cx, channel) } else { None };
        let place = cx.place(at);
        cx.report(place.unit, place.span, message).fix(fix);
    }
}
