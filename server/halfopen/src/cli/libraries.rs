//! `halfopen libraries`.

use std::io::{self, Write};
use std::path::Path;

use halfopen_engine::Entry;
use halfopen_engine::settings::{Layer, Settings};

use super::{CLEAN, TROUBLE, complain, delivered};
use crate::workspace::absolute;
use crate::workspace::config::Configs;

/// Lists what is known: all that is built in, and what the settings of the working folder describe.
pub(crate) fn libraries() -> i32 {
    let found = Configs::new(None).for_folder(&absolute(Path::new(".")));
    let (layer, code) = match &found {
        Ok(layer) => (layer.as_deref(), CLEAN),
        Err(invalid) => {
            for error in &invalid.errors {
                complain(format_args!("{}: {error}", invalid.path.display()));
            }
            (None, TROUBLE)
        }
    };
    let layers: Vec<&Layer> = layer.into_iter().collect();
    let settings = Settings::from_layers(&layers);
    delivered(write(&mut io::stdout().lock(), &settings.catalog.entries()), code)
}

fn write(out: &mut impl Write, entries: &[Entry<'_>]) -> io::Result<()> {
    for Entry { name, title, is_own, resources, hooks } in entries {
        writeln!(out, "{name}  {title}{}", if *is_own { "  (your own)" } else { "" })?;
        for line in resources.iter().chain(hooks) {
            writeln!(out, "  {line}")?;
        }
    }
    out.flush()
}
