//! Words that several rules use.

use crate::finding::Elsewhere;
use crate::model::{Owner, Provenance, Resource, View};

/// What a resource is called: its name in the code, or what it is.
pub(super) fn what<'doc>(view: &View<'doc>, resource: &Resource<'doc>) -> String {
    let kind = resource.kind;
    if resource.gives.is_some() {
        let does = if kind.state == "attached" { "adds" } else { "opens" };
        return format!("the {} that {} {does}", kind.noun, opener(view, resource));
    }
    match view.handle_name(resource) {
        Some(name) => format!("`{name}`"),
        None if kind.release.unlisten.is_some() && !kind.release.call => {
            let event = view.arg(resource.site, 0).and_then(|event| view.text_of(event)).unwrap_or_default();
            if event.is_empty() { "this listener".to_owned() } else { format!("this `{event}` listener") }
        }
        None => format!("this {}", kind.noun),
    }
}

/// The function of another module that opens a resource: `` `openFeed` of `./feed` ``.
pub(super) fn opener<'doc>(view: &View<'doc>, resource: &Resource<'doc>) -> String {
    let callee = view.callee(resource.site);
    let name = view.callee_name(callee).unwrap_or_default();
    match view.api(callee).and_then(|api| api.source) {
        Some(source) => format!("`{name}` of `{source}`"),
        None => format!("`{name}`"),
    }
}

/// A place in another module with what it does: `` `useFeed` opens it ``.
pub(super) fn elsewhere(from: Provenance, does: &str) -> Elsewhere {
    let Provenance { place, name } = from;
    let what = if name == "default" { "the default export".to_owned() } else { format!("`{name}`") };
    Elsewhere { place, message: format!("{what} {does}") }
}

/// `Feed` unmounts.
pub(super) fn owner_ends(view: &View<'_>, owner: Owner) -> String {
    let name = view.owner_name(owner);
    match (owner, name) {
        (Owner::Effect(effect), _) if view.is_observable(effect) => "its subscriber unsubscribes".to_owned(),
        (Owner::Request, _) => "its request or connection ends".to_owned(),
        (Owner::Class(_), Some(name)) => format!("`{name}` is destroyed"),
        (_, Some(name)) => format!("`{name}` unmounts"),
        (_, None) => "its component unmounts".to_owned(),
    }
}

/// Where an owner's resources are to be released.
pub(super) fn place_to_release(view: &View<'_>, owner: Owner) -> &'static str {
    match owner {
        Owner::Effect(effect) if view.is_observable(effect) => "in the function that the observable's callback returns",
        Owner::Effect(_) => "in the function that the effect returns",
        Owner::Component(component) if !view.is_set_up_once(component) => "in the function that an effect returns",
        Owner::Component(_) | Owner::Script => "when the instance ends (`onUnmounted`, `onDestroy` or `onCleanup`)",
        Owner::Request => "before the handler is done, or when the request or connection closes",
        Owner::Class(_) => {
            "in the method that ends it (`ngOnDestroy`, `componentWillUnmount`, `disconnectedCallback`, `dispose`)"
        }
    }
}
