//! New code at a place, for who asks.

use super::Document;
use super::region::Region;
use crate::project::Modules;
use crate::settings::Settings;
use crate::syntax::{FileKind, RegionKind};
use crate::text::Span;
use crate::write::{Block, NewCode, Role, instrument, offers};

impl Document {
    /// What can be written at an offset in bytes, as the last check left the document: new connections and subscriptions at
    /// a blank line, and what counts a connection where one is opened. Nothing in a text that is broken.
    pub fn new_code(&self, at: usize, modules: &dyn Modules, settings: &Settings) -> Vec<NewCode> {
        let region = self.regions.iter().find(|region| {
            let end = region.base + region.len.min(self.text.len() - region.base);
            (region.base..=end).contains(&at)
        });
        let Some(region) = region.filter(|_| !self.has_holes()) else { return Vec::new() };
        let block = self.block(region);
        let units: Vec<_> = self.regions.iter().flat_map(|region| region.unit_ids()).collect();
        let view = self.store.view(self.env(modules, settings));
        let mut code = offers(&view, &units, &self.text, &block, at);
        let around = region.units.iter().filter(|unit| {
            let span = unit.at.span.shifted(region.base as u32);
            span.touches(Span::new(at, at))
        });
        code.extend(around.flat_map(|unit| instrument(&view, unit.id, &self.text, &block, at)));
        code
    }

    fn block(&self, region: &Region) -> Block {
        let end = region.base + region.len.min(self.text.len() - region.base);
        let role = match (self.kind, region.kind) {
            (_, RegionKind::VueSetup) => Role::Vue,
            (_, RegionKind::SvelteInstance) => Role::Svelte,
            _ => Role::Module,
        };
        let name = self.path.rsplit(['/', '\\']).next().unwrap_or_default();
        let is_hook =
            name.strip_prefix("use").is_some_and(|rest| rest.starts_with(|first: char| !first.is_lowercase()));
        let is_script = matches!(self.kind, FileKind::Script(_));
        let top = region.units.iter().filter(|unit| !unit.at.is_member);
        Block {
            span: Span::new(region.base, end),
            role,
            is_for_hooks: is_script && (is_hook || name.ends_with("sx")),
            statements: top.map(|unit| unit.at.span.shifted(region.base as u32)).collect(),
        }
    }
}
