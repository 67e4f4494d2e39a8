//! What becomes of a resource: released, leaked, or unknown.
//!
//! A release counts if its owner's teardown runs it. Rules speak on [`Fate::Leaks`] only, so every doubt here ends
//! in [`Fate::Unknown`].

use super::handlers::Handler;
use super::lifecycle::Effect;
use super::owner::Owner;
use super::release::{How, Release};
use super::resource::Resource;
use super::runs::{Ended, Run};
use super::trace::{Escape, Event};
use super::view::{B, V, View};
use super::way_out::WayOut;
use crate::catalog::Acquire;
use crate::lower::ir::*;

/// What becomes of a resource.
#[derive(Debug)]
pub(crate) enum Fate {
    /// Its owner's teardown ends it, by each of these.
    Released(Vec<Release>),
    /// Its owner goes, and it stays.
    Leaks(Leak),
    /// It cannot be seen.
    Unknown,
}

/// The proof of a leak.
#[derive(Debug)]
pub(crate) struct Leak {
    pub(crate) owner: Owner,
    /// Releases that no teardown runs.
    pub(crate) elsewhere: Vec<V>,
    /// A `return` after the acquisition that registers no teardown, while another does.
    pub(crate) way_out: Option<WayOut>,
    /// What acquires another one each time it runs, while only the last is released: a watcher, the effect itself, or a
    /// subscription whose callback does.
    pub(crate) overwritten_by: Option<V>,
    /// It is a listener on a connection that outlives the effect's run: each run adds another one.
    pub(crate) piles_up: bool,
}

impl Leak {
    /// The effect that acquires it.
    pub(crate) fn effect(&self) -> Option<Effect> {
        effect_of(self.owner)
    }
}

/// What a release is worth to the owner.
#[derive(Clone, Copy, PartialEq)]
enum Worth {
    /// A teardown runs it: that of this effect, or one that this hook registers; `None`: a method.
    Teardown(Option<V>),
    /// It runs, but not when the owner goes.
    Elsewhere,
    /// Its occasions cannot be seen, or make the resource one-shot.
    Unknown,
}

fn effect_of(owner: Owner) -> Option<Effect> {
    match owner {
        Owner::Effect(effect) => Some(effect),
        _ => None,
    }
}

impl<'doc> View<'doc> {
    /// What becomes of a resource.
    pub(crate) fn fate<'of>(&self, resource: &'of Resource<'doc>) -> &'of Fate {
        // Not by `get_or_init`: the search may come back to the resource that it started from.
        if let Some(known) = resource.known.fate.get() {
            return known;
        }
        let fate = self.find_fate(resource);
        resource.known.fate.get_or_init(|| fate)
    }

    fn find_fate(&self, resource: &Resource<'doc>) -> Fate {
        let func = self.func_of(resource.live);
        let Some(owner) = self.owner(func) else { return Fate::Unknown };
        if resource.trace.incomplete
            || resource.kind.child
            || resource.kind.attached_by.iter().any(|option| self.has_option(resource.site, option))
            || self.ends_by_itself(resource)
            || self.goes_with_parent(resource, effect_of(owner))
        {
            return Fate::Unknown;
        }
        let effect = effect_of(owner);
        let handlers = self.handlers(resource);
        let mut elsewhere = Vec::new();
        let mut covered = None;
        let mut proofs = Vec::new();
        let watcher = self.watcher(func).filter(|_| !self.is_released_before(resource));
        let mut ends_each_run = false;
        let mut outlasted = effect;
        let piles_up = effect.is_some_and(|effect| self.piles_up(resource, effect));
        let is_subscription = effect.is_some_and(|effect| self.is_observable(effect));
        for &release in self.releases(resource) {
            // The end of the connection comes later than that of a run, or of a subscription to one of its events.
            if (is_subscription || piles_up) && matches!(release.how, How::Parent) {
                continue;
            }
            match self.worth(&release, resource, handlers) {
                // The acquiring effect's own teardown is the one whose ways count.
                Worth::Teardown(of) => {
                    proofs.push(release);
                    outlasted = outlasted.filter(|&effect| of.is_some_and(|of| self.outlasts(of, effect, resource)));
                    ends_each_run |= of.is_none_or(|of| Some(of) == watcher || self.func_of(of) == func);
                    covered = covered.filter(|&known| known == effect.map(|effect| effect.call)).or(Some(of));
                }
                Worth::Elsewhere => elsewhere.push(release.at),
                Worth::Unknown => return Fate::Unknown,
            }
        }
        if let Some(of) = covered {
            let way_out = effect
                .filter(|effect| of == Some(effect.call))
                .and_then(|effect| self.way_out(resource, effect.callback));
            let outlasted = outlasted.filter(|_| !self.is_released_before(resource));
            let overwritten_by = watcher.filter(|_| !ends_each_run).or(outlasted.map(|effect| effect.call));
            return match (way_out, overwritten_by) {
                (None, None) => Fate::Released(proofs),
                _ => Fate::Leaks(Leak { owner, elsewhere: Vec::new(), way_out, overwritten_by, piles_up: false }),
            };
        }
        if self.escapes(resource) {
            return Fate::Unknown;
        }
        if !piles_up && (self.lives_with_page(owner) || self.is_opened_once(resource)) {
            return Fate::Unknown;
        }
        Fate::Leaks(Leak { owner, elsewhere, way_out: None, overwritten_by: None, piles_up })
    }

    /// Whether it is a listener on a connection of this document whose own fate is known: it goes with that one.
    fn goes_with_parent(&self, resource: &Resource<'doc>, effect: Option<Effect>) -> bool {
        let is_child = resource.kind.acquire.iter().any(|acquire| matches!(acquire, Acquire::On { .. }));
        if !is_child {
            return false;
        }
        if effect.is_some_and(|effect| self.piles_up(resource, effect)) {
            return false;
        }
        let Some((object, _)) = self.method(resource.site) else { return false };
        let origins = self.origins(object);
        // A subscription to an observable ends before a connection that is opened outside of it.
        let subscription = effect.filter(|&effect| self.is_observable(effect));
        let made = |origin: V| match self.value(origin) {
            Value::Await(inner) => self.resource(V { unit: origin.unit, id: *inner }),
            _ => self.resource(origin),
        };
        origins.into_iter().filter_map(made).any(|parent| {
            if subscription.is_some_and(|effect| !self.is_within(self.func_of(parent.site), effect.callback)) {
                return false;
            }
            let is_own = self.func_of(parent.site).id != TOP || self.slot(parent.site.unit).is_instance;
            is_own || !matches!(self.fate(&parent), Fate::Unknown)
        })
    }

    /// `once`, a signal: it ends without a release, or nobody can tell.
    fn ends_by_itself(&self, resource: &Resource<'doc>) -> bool {
        let release = &resource.kind.release;
        // What somebody asks for by a click may be an answer that ends.
        if release.signal.is_some() && !matches!(self.owner(self.func_of(resource.live)), Some(Owner::Effect(_))) {
            return true;
        }
        let options = release.signal.or(release.unlisten.is_some().then_some(2));
        let Some(options) = options.and_then(|index| self.arg(resource.site, index as usize)) else { return false };
        match self.value(options) {
            Value::Lit(_) => false,
            Value::Object(props) => props.iter().any(|prop| match prop.key.as_deref() {
                Some("once" | "signal") | None => true,
                Some(_) => false,
            }),
            _ => true,
        }
    }

    fn worth(&self, release: &Release, resource: &Resource<'doc>, handlers: &[Handler]) -> Worth {
        let runs = match release.how {
            How::Teardown(effect) => return Worth::Teardown(Some(effect.map_or(release.at, |effect| effect.call))),
            How::Reference => self.value_runs(release.at),
            How::Call | How::Parent => self.runs(self.func_of(release.at)),
        };
        let mut worth = Worth::Elsewhere;
        let ends_older = self.comes_before(release.at, resource.live);
        for run in &runs {
            match run {
                Run::Teardown(Ended::Effect(effect)) => return Worth::Teardown(Some(effect.call)),
                Run::Teardown(Ended::Hook(call)) => return Worth::Teardown(Some(*call)),
                Run::Teardown(Ended::Class) => return Worth::Teardown(None),
                // Whoever sees the function may call it to end the last one and open none.
                Run::Outside if ends_older && self.is_always_opened(resource) => {}
                Run::Outside => worth = Worth::Unknown,
                _ if ends_older => {}
                Run::User => {}
                Run::Handler(at) => {
                    let event = self.event_of(*at);
                    let is_drop = self.is_handler_of(run, handlers)
                        && resource.kind.events.drop.iter().any(|drop| *drop == event);
                    let is_weak = matches!(event.as_str(), "beforeunload" | "unload" | "pagehide");
                    if !is_drop && !is_weak {
                        worth = Worth::Unknown;
                    }
                }
                _ => worth = Worth::Unknown,
            }
        }
        match release.how {
            How::Reference if runs.is_empty() => Worth::Unknown,
            How::Parent => Worth::Elsewhere,
            _ => worth,
        }
    }

    /// Whether the function that opens a resource does so each time it runs.
    fn is_always_opened(&self, resource: &Resource<'doc>) -> bool {
        self.guards(resource.live).is_empty() && !self.has_early_return(self.func_of(resource.live))
    }

    /// Whether a flag of the module lets a resource be opened by the first who asks, for the whole page: `if (attached)
    /// return; attached = true;`.
    fn is_opened_once(&self, resource: &Resource<'doc>) -> bool {
        let func = self.func_of(resource.live);
        let is_flag = |name: B| {
            let of_module = self.binding(name).top && !self.slot(name.unit).is_instance;
            of_module && self.stores_of(name).into_iter().any(|store| self.func_of(store) == func)
        };
        let conditions = self.conditions_before(func, resource.live).into_iter();
        conditions.flat_map(|condition| self.names_in(condition)).any(is_flag)
    }

    /// Whether both are in one function and the first is written before the second: closing the old before opening
    /// the new ends nothing that was opened later.
    pub(super) fn comes_before(&self, first: V, second: V) -> bool {
        self.func_of(first) == self.func_of(second) && self.span(first).start < self.span(second).start
    }

    pub(super) fn escapes(&self, resource: &Resource<'doc>) -> bool {
        resource.trace.events.iter().any(|event| match event {
            Event::Argument { call, index } => {
                !self.is_release_of_argument(*call, *index, resource) && !self.is_vain_argument(*call, resource)
            }
            Event::Returned { func } => self.effect_of_callback(*func).is_none() && !self.is_teardown(*func),
            Event::Called { .. } => !resource.kind.release.call,
            Event::Escaped { why, .. } => !matches!(why, Escape::Jsx { handler: true }),
            Event::Method { .. } | Event::Read { .. } | Event::Stored { .. } | Event::Put { .. } => false,
        })
    }
}
