//! A listener is added to a channel after it has been subscribed.

use semver::Version;

use crate::finding::Severity;
use crate::fix;
use crate::project::Installed;
use crate::rules::{Place, Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "listener-after-subscribe",
    area: "subscriptions",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "A listener is added to a channel after `subscribe()`, which is too late.",
    fix: "safe",
    page: include_str!("listener-after-subscribe.md"),
};

const PACKAGE: &str = "@supabase/supabase-js";

/// From this version on a late listener throws (realtime-js 2.100.0, `RealtimeChannel.on`).
const THROWS: Version = Version::new(2, 100, 0);

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    let channels = cx.resources().iter().filter(|resource| resource.kind.kind == "supabase-channel");
    for channel in channels {
        let installed = view.version(PACKAGE);
        for late in view.late_listeners(channel) {
            let throws = installed.is_at_least(&THROWS);
            let applies = match late.event.as_str() {
                "postgres_changes" => true,
                "presence" => throws,
                _ => false,
            };
            if !applies {
                continue;
            }
            let outcome = match &installed {
                _ if throws => "it throws",
                Installed::Unknown | Installed::Range(_) => {
                    "supabase-js throws from 2.100 on, and delivers nothing before"
                }
                Installed::Exact(_) => "it is not part of the join, so nothing is ever delivered",
            };
            let message = format!(
                "this `{}` listener comes after `subscribe()`: {outcome}. Add every listener before `subscribe()`.",
                late.event
            );
            let fix = fix::subscribe_last(cx, channel, &late);
            let subscribe = Place { unit: late.subscribe.unit, span: view.method_name_span(late.subscribe) };
            cx.report(late.listener.unit, view.method_name_span(late.listener), message)
                .related(subscribe, "the channel is subscribed here")
                .fix(fix);
        }
    }
}
