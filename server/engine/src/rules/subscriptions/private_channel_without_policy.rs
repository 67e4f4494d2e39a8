//! A private channel is joined that no policy lets anybody join.

use crate::finding::Severity;
use crate::fix;
use crate::model::Privacy;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "private-channel-without-policy",
    area: "subscriptions",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A private channel is joined that no policy lets anybody join.",
    fix: "suggestion: a new migration",
    page: include_str!("private-channel-without-policy.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    for channel in cx.resources().iter().filter(|resource| view.is_supabase_channel(resource)) {
        let Privacy::Private(private) = view.privacy(channel) else { continue };
        let Some(schema) = view.database().filter(|_| !view.is_test() && !view.is_of_server()) else { return };
        if schema.may_join_privately() {
            continue;
        }
        let message = "no policy of the migrations lets anybody read `realtime.messages`, so joining this private channel \
                       is refused (`CHANNEL_ERROR`, Unauthorized), again and again. Add a policy for select on \
                       `realtime.messages` that tells who may read which `realtime.topic()`.";
        let place = cx.place(private);
        cx.report(place.unit, place.span, message.to_owned()).migration(fix::join_policy());
    }
}
