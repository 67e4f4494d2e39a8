//! A connection to a host that is not local is opened without encryption.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "insecure-url",
    area: "security",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A connection to a host that is not local is opened without encryption.",
    fix: "suggestion",
    page: include_str!("insecure-url.md"),
};

/// Schemes without encryption, each with the one to use.
const SCHEMES: &[(&str, &str)] = &[("ws://", "wss://"), ("http://", "https://"), ("mqtt://", "mqtts://")];

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for resource in cx.resources() {
        let Some(url) = view.url(resource) else { continue };
        let Some(&(scheme, secure)) = SCHEMES.iter().find(|(scheme, _)| url.text.starts_with(scheme)) else { continue };
        let rest = &url.text[scheme.len()..];
        let Some(host) = host(rest, url.is_whole).filter(|host| !is_local(host)) else { continue };
        let message = format!(
            "`{scheme}{host}` is not encrypted: whoever is on the way reads and changes what is sent, and pages that \
             come over HTTPS refuse the connection. Use `{secure}`."
        );
        let fix = fix::replace_scheme(cx, url.literal, scheme, secure);
        let place = cx.place(url.argument);
        let literal = cx.place(url.literal);
        let reported = cx.report(place.unit, place.span, message).fix(fix);
        if literal != place {
            reported.related(literal, "the address is written here");
        }
    }
}

/// The host that an address names; `None`: it is empty, or may go on.
fn host(rest: &str, is_whole: bool) -> Option<&str> {
    let authority_end = rest.find(['/', '?', '#']);
    let authority = &rest[..authority_end.or(is_whole.then_some(rest.len())).or_else(|| rest.rfind(':'))?];
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if let Some(v6) = host.strip_prefix('[') {
        return v6.split_once(']').map(|(address, _)| address);
    }
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    (!name.is_empty()).then_some(name)
}

/// Loopback, private ranges, and names that no public resolver knows.
fn is_local(host: &str) -> bool {
    if let Ok(address) = host.parse::<core::net::Ipv4Addr>() {
        return address.is_loopback() || address.is_private() || address.is_link_local() || address.is_unspecified();
    }
    if host.contains(':') {
        return host == "::1"
            || host == "::"
            || host.starts_with("fe80")
            || host.starts_with("fc")
            || host.starts_with("fd");
    }
    const SUFFIXES: &[&str] = &[".local", ".localhost", ".internal", ".test", ".lan", ".home", ".svc"];
    !host.contains('.') || SUFFIXES.iter().any(|suffix| host.ends_with(suffix))
}
