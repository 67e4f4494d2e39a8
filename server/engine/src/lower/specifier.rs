//! Specifiers that name a package in another way than by its bare name.
//!
//! Source of the forms: Deno's manual (`npm:` and `jsr:` specifiers), the documentation of esm.sh, Skypack, jsDelivr and
//! unpkg, and Firebase's guide to modules from its CDN.

use super::ir::Name;

/// What stands before the package's name.
const PREFIXES: &[&str] = &[
    "npm:",
    "jsr:",
    "https://esm.sh/",
    "https://cdn.skypack.dev/",
    "https://cdn.jsdelivr.net/npm/",
    "https://unpkg.com/",
];

/// Firebase's modules by file: `…/10.7.1/firebase-firestore.js` is `firebase/firestore`.
const FIREBASE: &str = "https://www.gstatic.com/firebasejs/";

/// The bare specifier of a package that is named with a registry, a version, or the address of a CDN.
pub(super) fn package(source: &str) -> Option<Name> {
    if let Some(rest) = source.strip_prefix(FIREBASE) {
        let module = rest.split('/').nth(1)?.strip_prefix("firebase-")?.strip_suffix(".js")?;
        return Some(Name::from(format!("firebase/{module}")));
    }
    let rest = PREFIXES.iter().find_map(|prefix| source.strip_prefix(prefix))?;
    let rest = rest.split(['?', '#']).next()?.trim_start_matches('/');
    // esm.sh pins its own build: `v135/ws@8`.
    let rest = rest.split_once('/').filter(|(build, _)| is_build(build)).map_or(rest, |(_, rest)| rest);
    let scope_end = if rest.starts_with('@') { rest.find('/')? + 1 } else { 0 };
    let name_end = rest[scope_end..].find(['@', '/']).map_or(rest.len(), |end| scope_end + end);
    let path = rest[name_end..].find('/').map_or("", |start| &rest[name_end + start..]);
    // `/+esm` asks jsDelivr for a module.
    let path = if path == "/+esm" { "" } else { path };
    (name_end > 0).then(|| Name::from(format!("{}{path}", &rest[..name_end])))
}

fn is_build(part: &str) -> bool {
    let digits = part.strip_prefix('v').unwrap_or("");
    part == "stable" || (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::package;

    #[test]
    fn a_package_is_known_by_every_name_that_it_goes_by() {
        for (source, expected) in [
            ("npm:ws@8.18.0", "ws"),
            ("npm:/@supabase/supabase-js@2", "@supabase/supabase-js"),
            ("jsr:@supabase/supabase-js@^2.49", "@supabase/supabase-js"),
            ("https://esm.sh/@supabase/supabase-js@2.39.0?target=deno", "@supabase/supabase-js"),
            ("https://esm.sh/v135/socket.io-client", "socket.io-client"),
            ("https://cdn.jsdelivr.net/npm/mqtt@5.0.0/+esm", "mqtt"),
            ("https://esm.sh/rxjs@7/webSocket", "rxjs/webSocket"),
            ("https://www.gstatic.com/firebasejs/10.7.1/firebase-firestore.js", "firebase/firestore"),
        ] {
            assert_eq!(package(source).as_deref(), Some(expected), "{source}");
        }
    }

    #[test]
    fn what_names_no_package_stays_as_it_is() {
        for source in ["ws", "./ws", "@/lib/ws", "node:events", "https://example.com/ws.js", "npm:", "jsr:@scope"] {
            assert_eq!(package(source), None, "{source}");
        }
    }
}
