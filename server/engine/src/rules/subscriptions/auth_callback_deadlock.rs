//! A callback of `onAuthStateChange` awaits a call that waits for that callback.

use semver::Version;

use crate::finding::Severity;
use crate::fix;
use crate::project::Installed;
use crate::rules::{Place, Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "auth-callback-deadlock",
    area: "subscriptions",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "A callback of `onAuthStateChange` awaits a call that waits for that callback.",
    fix: "suggestion",
    page: include_str!("auth-callback-deadlock.md"),
};

/// From this version on calls take the lock: it asks for gotrue-js 2.46.1, which does (`GoTrueClient._acquireLock`).
const FIRST: Version = Version::new(2, 31, 0);

/// From this version on the callback no longer runs under the lock (auth-js 2.107.0).
const FIXED: Version = Version::new(2, 107, 0);

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    let subscriptions = cx.resources().iter().filter(|resource| resource.kind.kind == "supabase-auth");
    for subscription in subscriptions {
        let Installed::Exact(installed) = view.version("@supabase/supabase-js") else { return };
        if installed < FIRST || installed >= FIXED {
            return;
        }
        let fix = fix::defer_callback(cx, subscription);
        for call in view.deadlocks(subscription) {
            let message = format!(
                "this call waits for the lock that its own caller holds: supabase-js {installed} runs the callback of \
                 `onAuthStateChange` under the auth lock, so from here on every call of the client hangs. Let the \
                 callback end first: do it in a `setTimeout(…, 0)`."
            );
            let site = cx.place(subscription.site);
            cx.report(call.unit, view.span(call), message)
                .related(
                    Place { unit: site.unit, span: view.method_name_span(subscription.site) },
                    "the callback of this subscription runs it",
                )
                .fix(fix.clone());
        }
    }
}
