//! Keys that open everything, where browsers see them.
//!
//! Source of the facts: the documents of Next.js, Vite, SvelteKit, Expo, Create React App and Nuxt on which variables go
//! into the code for browsers; Supabase's on its keys (`service_role`, `sb_secret_…`), which pass row level security.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::index::Key;
use super::view::{B, UnitId, V, View};
use crate::catalog::Role;
use crate::lower::ir::*;
use crate::project::Runtime;

/// What variables begin with that are built into the code for browsers.
const PUBLIC_PREFIXES: [&str; 6] = ["NEXT_PUBLIC_", "EXPO_PUBLIC_", "NUXT_PUBLIC_", "REACT_APP_", "VITE_", "PUBLIC_"];

/// A variable that is public by its name, and secret by it.
pub(crate) struct PublicSecret<'doc> {
    pub(crate) at: V,
    pub(crate) name: &'doc Name,
    /// What makes it public.
    pub(crate) prefix: &'static str,
}

impl<'doc> View<'doc> {
    /// The variables of a unit whose names make a service key public.
    pub(crate) fn public_secrets(&self, unit: UnitId) -> Vec<PublicSecret<'doc>> {
        let public = |name: &'doc Name| {
            let prefix = PUBLIC_PREFIXES.into_iter().find(|prefix| name.starts_with(prefix))?;
            is_service_key(name).then_some((name, prefix))
        };
        let variable = |(index, data): (usize, &'doc ValueData)| {
            let (name, prefix, is_variable) = match &data.value {
                // `process.env.NAME`, `import.meta.env.NAME`. The name is looked at first: it is soon done.
                Value::Member { object, name } => {
                    let (name, prefix) = public(name)?;
                    let of = V { unit, id: *object };
                    let is_env = |v: V| matches!(self.value(v), Value::Member { name, .. } if name == "env");
                    (name, prefix, is_env(of) || self.origin(of).is_some_and(is_env))
                }
                Value::Import { source, name } => {
                    let (name, prefix) = public(name)?;
                    (name, prefix, source.starts_with("$env/"))
                }
                _ => return None,
            };
            let at = V { unit, id: ValueId(index as u32) };
            is_variable.then_some(PublicSecret { at, name, prefix })
        };
        self.facts(unit).values.iter().enumerate().filter_map(variable).collect()
    }

    /// The keys that are written out in a unit, where a client of Supabase is made with them that code for browsers uses.
    pub(crate) fn written_secrets(&self, unit: UnitId) -> Vec<V> {
        let library = self.catalog().libraries().find(|library| library.library == "supabase");
        let Some((library, client)) = library.and_then(|library| Some((library, library.client.as_ref()?))) else {
            return Vec::new();
        };
        let may_make = |call: &V| {
            self.callee_name(self.callee(*call)).is_some_and(|name| client.create.iter().any(|create| *create == name))
        };
        let clients = self.calls_in(unit).filter(may_make).filter(|&call| self.is_client(call, library));
        let written = |call: V| {
            let key = self.arg(call, 1)?;
            let opens = self.text_of(key).is_some_and(|text| opens_everything(&text));
            (opens && self.is_used_in_browsers(call)).then_some(key)
        };
        clients.filter_map(written).collect()
    }

    /// Whether code that surely runs in browsers uses a value: that of a component's file, or a part of the document that
    /// calls hooks for effects or state.
    pub(crate) fn is_used_in_browsers(&self, v: V) -> bool {
        let calls_hooks = |unit: UnitId| {
            self.calls_in(unit).any(|call| self.has_role(call, Role::Effect) || self.has_role(call, Role::State))
        };
        let users = |name: &B| {
            let name = self.binding(*name).name.clone();
            self.units_of(Key::Users(self.slot(v.unit).group, name))
        };
        self.env.component_of.is_some()
            || self.env.runtime == Runtime::Browser
            || calls_hooks(v.unit)
            || self.trace(v, &[], &[]).names.iter().flat_map(users).any(calls_hooks)
    }
}

/// Whether a variable's name says that it is a key that passes row level security.
fn is_service_key(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name.contains("SERVICE_ROLE")
        || name.contains("SUPABASE")
            && ["SERVICE_KEY", "SECRET_KEY", "ADMIN_KEY"].iter().any(|part| name.contains(part))
}

/// Whether a key passes row level security: one of the new secret ones, or a token with that role.
fn opens_everything(key: &str) -> bool {
    let payload = || URL_SAFE_NO_PAD.decode(key.split('.').nth(1)?.trim_end_matches('=')).ok();
    key.starts_with("sb_secret_")
        || key.starts_with("eyJ")
            && payload()
                .and_then(|payload| serde_json::from_slice::<serde_json::Value>(&payload).ok())
                .is_some_and(|payload| payload["role"] == "service_role")
}

#[cfg(test)]
mod tests {
    use super::{is_service_key, opens_everything};

    #[test]
    fn names_and_tokens_tell_what_a_key_opens() {
        for name in ["SUPABASE_SERVICE_ROLE_KEY", "VITE_SERVICE_ROLE", "NEXT_PUBLIC_SUPABASE_SECRET_KEY"] {
            assert!(is_service_key(name), "{name}");
        }
        for name in ["NEXT_PUBLIC_SUPABASE_ANON_KEY", "VITE_EMAILJS_SERVICE_KEY", "VITE_SUPABASE_URL"] {
            assert!(!is_service_key(name), "{name}");
        }
        // {"alg":"HS256"}.{"role":"service_role"}.x and {"alg":"HS256"}.{"role":"anon"}.x
        assert!(opens_everything("eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.x"));
        assert!(!opens_everything("eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.x"));
        assert!(opens_everything("sb_secret_1") && !opens_everything("sb_publishable_1") && !opens_everything("eyJ.x"));
    }
}
