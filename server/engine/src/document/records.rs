//! What the model says of each resource, for those who look at the system and not for mistakes.

use serde::Serialize;
use smol_str::SmolStr;

use super::{Cancelled, Document};
use crate::cancel::Cancel;
use crate::model::{Delay, Fate, How, Release, Reopening, Resource, UnitId, V, View};
use crate::project::Modules;
use crate::settings::Settings;
use crate::text::Span;

/// A connection, subscription, listener or timer.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceRecord {
    /// Its kind in the catalogue: `websocket`.
    pub kind: SmolStr,
    /// What it is called in prose: `WebSocket`.
    pub noun: SmolStr,
    /// Whether it is a connection or subscription of its own, not a listener, a timer or a server.
    pub is_connection: bool,
    /// The name that holds its handle.
    pub name: Option<String>,
    /// Whose it is: the component, hook, class or function that opens it; none for the module's own.
    pub owner: Option<String>,
    /// The acquiring expression, in bytes of the document.
    pub span: Span,
    /// What becomes of it.
    pub fate: FateRecord,
    /// Whether it comes back after a drop.
    pub comes_back: ReturnRecord,
    /// Whether somebody hears of its errors; none: it tells of none, or it cannot be seen.
    pub hears_errors: Option<bool>,
}

/// Whether a dropped connection comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReturnRecord {
    /// Its library sees to it.
    ByItself,
    /// Code opens it again, after a delay that grows or varies.
    WithBackoff,
    /// Code opens it again, at once or after a constant delay.
    WithoutBackoff,
    /// Nothing opens it again.
    Never,
    /// It cannot be seen.
    Unknown,
}

/// What becomes of a resource.
#[derive(Clone, Debug, PartialEq)]
pub enum FateRecord {
    /// Its owner's teardown ends it, by each of these.
    Released(Vec<ReleaseRecord>),
    /// Its owner goes, and it stays.
    Leaks,
    /// It has no owner, or cannot be seen.
    Unknown,
}

/// An expression that ends a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReleaseRecord {
    /// In bytes of the document.
    pub span: Span,
    /// What it is.
    pub form: ReleaseForm,
}

/// How an expression ends a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReleaseForm {
    /// It is a call that does.
    Call,
    /// It is a function that does, given to what calls it: `return subscription.unsubscribe`.
    Function,
    /// It is the acquiring expression itself, whose result is returned as the teardown: `return onSnapshot(…)`.
    Handed,
}

impl Document {
    /// The resources that the document acquires, sorted by place. Where the parser could not read, some may be missing;
    /// [`Document::has_holes`] tells.
    ///
    /// # Errors
    /// [`Cancelled`] if `cancel` was set while a parse ran; nothing is lost.
    pub fn resources(
        &mut self,
        modules: &dyn Modules,
        settings: &Settings,
        cancel: &Cancel,
    ) -> Result<Vec<ResourceRecord>, Cancelled> {
        self.lower(cancel)?;
        let view = self.store.view(self.env(modules, settings));
        let mut records = Vec::new();
        for unit in self.regions.iter().flat_map(|region| region.unit_ids()) {
            records.extend(records_of(&view, unit));
            view.take_reads();
        }
        records.sort_by_key(|record| record.span);
        Ok(records)
    }

    /// Whether the parser could not read all of the text that was last looked at.
    pub fn has_holes(&self) -> bool {
        self.regions.iter().any(|region| region.holes().next().is_some())
    }
}

fn records_of(view: &View<'_>, unit: UnitId) -> Vec<ResourceRecord> {
    let resources = view.resources(unit);
    let records = resources.iter().map(|resource| ResourceRecord {
        kind: resource.kind.kind.as_str().into(),
        noun: resource.kind.noun.as_str().into(),
        is_connection: resource.kind.is_connection() && resource.kind.accepts.is_none(),
        name: view.handle_name(resource).map(ToString::to_string),
        owner: view.keeper_name(resource).map(|name| name.to_string()),
        span: placed(view, resource.site),
        fate: match view.fate(resource) {
            Fate::Released(proofs) => {
                FateRecord::Released(proofs.iter().map(|proof| release_record(view, proof, resource.site)).collect())
            }
            Fate::Leaks(_) => FateRecord::Leaks,
            Fate::Unknown => FateRecord::Unknown,
        },
        comes_back: return_of(view, resource),
        hears_errors: view.hears_of_errors(resource),
    });
    records.collect()
}

fn return_of<'doc>(view: &View<'doc>, resource: &Resource<'doc>) -> ReturnRecord {
    if view.comes_back(resource) {
        return ReturnRecord::ByItself;
    }
    match view.reopening(resource) {
        Reopening::Never => ReturnRecord::Never,
        Reopening::OnDrop(reopen) if reopen.delay == Delay::Other => ReturnRecord::WithBackoff,
        Reopening::OnDrop(_) => ReturnRecord::WithoutBackoff,
        Reopening::Unknown => ReturnRecord::Unknown,
    }
}

fn release_record(view: &View<'_>, release: &Release, site: V) -> ReleaseRecord {
    let form = match release.how {
        How::Reference => ReleaseForm::Function,
        How::Teardown(_) if release.at == site => ReleaseForm::Handed,
        How::Teardown(_) | How::Call | How::Parent => ReleaseForm::Call,
    };
    ReleaseRecord { span: placed(view, release.at), form }
}

fn placed(view: &View<'_>, v: V) -> Span {
    view.span(v).shifted(view.start(v.unit))
}
