//! What the document's code asks of the database, with what the migrations say of it.

use super::{Cancelled, Document};
use crate::cancel::Cancel;
use crate::model::Privacy;
use crate::project::Modules;
use crate::settings::Settings;
use crate::sql::{FactLine, Readers, TableFacts};
use crate::text::Span;

/// A place where code names something of the database.
#[derive(Clone, Debug, PartialEq)]
pub struct DatabaseRecord {
    /// Where, in bytes of the document.
    pub span: Span,
    /// What.
    pub about: About,
}

/// What code names.
#[derive(Clone, Debug, PartialEq)]
pub enum About {
    /// A table that it subscribes to.
    Table {
        /// Its name, with the schema unless that is `public`.
        name: String,
        /// What happens to a row: `INSERT`, `UPDATE`, `DELETE` or `*`; `None`: not known.
        event: Option<String>,
        /// What the migrations say of it.
        facts: Box<TableFacts>,
    },
    /// The privacy of a channel, with who may join private ones.
    Private(Readers),
}

impl DatabaseRecord {
    /// What it is about, in words.
    pub fn title(&self) -> String {
        match &self.about {
            About::Table { name, .. } => format!("The table `{name}`, as the migrations leave it"),
            About::Private(_) => "Who may join private channels, as the migrations say".to_owned(),
        }
    }

    /// What is known.
    pub fn lines(&self) -> Vec<FactLine> {
        match &self.about {
            About::Table { facts, .. } => facts.lines(),
            About::Private(readers) => readers.lines(),
        }
    }
}

impl Document {
    /// What the document's code asks of the database, by place; nothing if no migrations count for it.
    ///
    /// # Errors
    /// [`Cancelled`] if `cancel` was set while a parse ran; nothing is lost.
    pub fn database_records(
        &mut self,
        modules: &dyn Modules,
        settings: &Settings,
        cancel: &Cancel,
    ) -> Result<Vec<DatabaseRecord>, Cancelled> {
        self.lower(cancel)?;
        self.see_runtime();
        let view = self.store.view(self.env(modules, settings));
        let mut records = Vec::new();
        for unit in self.regions.iter().flat_map(|region| region.unit_ids()) {
            let place = |v| view.span(v).shifted(view.start(unit));
            let mut changes = view.table_changes(unit);
            changes.extend(view.table_changes_elsewhere(&view.calls_elsewhere(unit)));
            for (changes, _) in changes.iter().filter(|(changes, _)| changes.at.unit == unit) {
                let Some(schema) = view.database() else { return Ok(Vec::new()) };
                records.extend(changes.tables.iter().map(|table| DatabaseRecord {
                    span: place(changes.at),
                    about: About::Table {
                        name: table.to_string(),
                        event: changes.event.as_ref().map(ToString::to_string),
                        facts: Box::new(schema.facts(table)),
                    },
                }));
            }
            for channel in view.resources(unit).iter().filter(|resource| view.is_supabase_channel(resource)) {
                let Privacy::Private(private) = view.privacy(channel) else { continue };
                let Some(schema) = view.database().filter(|_| private.unit == unit) else { continue };
                records.push(DatabaseRecord { span: place(private), about: About::Private(schema.joiners()) });
            }
            view.take_reads();
        }
        records.sort_by_key(|record| record.span);
        Ok(records)
    }
}
