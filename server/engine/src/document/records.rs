//! What the model says of each resource, for those who look at the system and not for mistakes.

use std::sync::Arc;

use super::{Cancelled, Document};
use crate::cancel::Cancel;
use crate::model::{Fate, How, Release, UnitId, V, View};
use crate::project::Modules;
use crate::settings::Settings;
use crate::text::Span;

/// A connection, subscription, listener or timer.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceRecord {
    /// Its kind in the catalogue: `websocket`.
    pub kind: Arc<str>,
    /// The acquiring expression, in bytes of the document.
    pub span: Span,
    /// What becomes of it.
    pub fate: FateRecord,
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
    /// The resources that the document acquires, sorted by place.
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
}

fn records_of(view: &View<'_>, unit: UnitId) -> Vec<ResourceRecord> {
    let resources = view.resources(unit);
    let records = resources.iter().map(|resource| ResourceRecord {
        kind: resource.kind.kind.as_str().into(),
        span: placed(view, resource.site),
        fate: match view.fate(resource) {
            Fate::Released(proofs) => {
                FateRecord::Released(proofs.iter().map(|proof| release_record(view, proof, resource.site)).collect())
            }
            Fate::Leaks(_) => FateRecord::Leaks,
            Fate::Unknown => FateRecord::Unknown,
        },
    });
    records.collect()
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
