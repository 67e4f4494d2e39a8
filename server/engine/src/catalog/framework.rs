//! What is known of each framework: which functions set up, keep and end what belongs to a component.
//!
//! Source of the facts: react.dev's reference, Vue 3.5's `apiLifecycle.ts` and `watch.ts`, and the type declarations of
//! Svelte 5, solid-js 1.9 and @angular/core 22.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// A framework's names.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Framework {
    pub(crate) library: String,
    #[serde(rename = "title")]
    _title: String,
    pub(crate) modules: Vec<String>,
    /// The object that holds the hooks where it is unbound: `React.useEffect`.
    pub(crate) namespace: String,
    /// Whether a hook counts where no import binds it.
    pub(crate) auto_imported: bool,
    pub(crate) body: Body,
    /// The member of a reference that holds its value.
    pub(crate) reference: String,
    hooks: BTreeMap<Role, Vec<String>>,
    /// The argument that is the callback, where it is not the first one.
    #[serde(default)]
    pub(crate) callbacks: BTreeMap<String, u32>,
    /// The callback's parameter that registers a teardown.
    #[serde(default)]
    pub(crate) cleanups: BTreeMap<String, u32>,
}

impl Framework {
    /// The hook that registers a teardown, and the module that it comes from.
    pub(crate) fn teardown_hook(&self) -> Option<(&str, &str)> {
        Some((self.hooks.get(&Role::Teardown)?.first()?, self.modules.first()?))
    }

    /// Its hooks by name.
    pub(super) fn named_hooks(&self) -> impl Iterator<Item = (&str, Role)> {
        self.hooks.iter().flat_map(|(&role, names)| names.iter().map(move |name| (name.as_str(), role)))
    }
}

/// Hooks of a team's own, or of another library, that mean what a framework's mean.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
pub(crate) struct OwnHooks {
    /// The framework: `react`, `vue`, `svelte`, `solid`.
    pub(crate) framework: String,
    /// The modules that they come from.
    pub(crate) from: Vec<String>,
    /// The argument that is the callback.
    #[serde(default)]
    pub(crate) argument: u32,
    /// Their names by what they mean.
    #[serde(flatten)]
    pub(crate) names: BTreeMap<Role, Vec<String>>,
}

impl OwnHooks {
    /// As a framework of its own: all but the names and modules is that of the framework that they are for.
    pub(super) fn as_framework(&self, of: &Framework) -> Framework {
        Framework {
            modules: self.from.clone(),
            namespace: String::new(),
            auto_imported: false,
            hooks: self.names.clone(),
            callbacks: self.names.values().flatten().map(|name| (name.clone(), self.argument)).collect(),
            cleanups: BTreeMap::new(),
            ..of.clone()
        }
    }
}

/// When the body of a component or hook runs.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Body {
    /// At each render.
    Render,
    /// Once for each instance.
    Instance,
}

/// What a hook means to lifetimes.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    /// Its callback returns the teardown.
    Effect,
    /// As `Effect`, with no list of dependencies: it runs once.
    EffectOnce,
    /// Its callback runs once, or again and again; what it returns is ignored.
    Mount,
    /// As `Mount`, and a parameter of the callback registers a teardown.
    Watch,
    /// Its callback is a teardown.
    Teardown,
    /// Gives state and its setter.
    State,
    /// Gives a reference.
    Ref,
    /// Gives its first argument back.
    Callback,
    /// Gives what its callback returns.
    Memo,
    /// Gives its first argument back, which always sees the newest state.
    Latest,
    /// Only shows whose component it is that calls it.
    Mark,
}
