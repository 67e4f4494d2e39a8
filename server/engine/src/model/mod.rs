//! The realtime model: which resources live, who owns them, where their handles go, what handles their events,
//! what releases them, and what opens them again.
//!
//! Everything is asked for and nothing is stored: a question reads the IR of the units that it leads to, and
//! [`View`] notes which names it asked about, so that a unit is modelled again exactly when an answer may differ.
//!
//! **Invariant**: no question's cost grows without bound ([`View::spend`]); over budget the answer is "unknown",
//! and unknown is silence. Deliberately absent: messages, severities, fixes.

mod answers;
mod ask;
mod broadcast;
mod bytes;
mod callers;
mod changes;
mod closing;
mod constant;
mod contexts;
mod deadlock;
mod delay;
mod early;
mod entry;
mod errors;
mod exposure;
mod fast;
mod fate;
mod flow;
mod handlers;
mod handling;
mod identity;
mod index;
mod instances;
mod lifecycle;
mod listening;
mod lists;
mod members;
mod messages;
mod mutation;
mod offline;
mod opens;
mod order;
mod origin;
mod owner;
mod parses;
mod payloads;
mod per_call;
mod privacy;
mod provenance;
mod queues;
mod react;
mod reactions;
mod release;
mod removed;
mod render;
mod reopen;
mod repeats;
mod requests;
mod reruns;
mod resource;
mod runs;
mod secrets;
mod serving;
mod shapes;
mod sinks;
mod stale;
mod statements;
mod stores;
mod streams;
mod swallow;
mod timer;
mod topics;
mod trace;
mod url;
mod view;
mod watchers;
mod way_out;
mod writes;

pub(crate) use ask::{HookStyle, Kept};
pub(crate) use changes::{Privacy, TableChanges};
pub(crate) use errors::Unheard;
pub(crate) use fate::{Fate, Leak};
pub(crate) use handling::Handling;
pub(crate) use identity::Mismatch;
pub(crate) use index::{Index, Key};
pub(crate) use lifecycle::{Effect, Runner};
pub(crate) use lists::Growth;
pub(crate) use order::LateListener;
pub(crate) use owner::Owner;
pub(crate) use payloads::HandFilter;
pub(crate) use per_call::RenderedClient;
pub(crate) use provenance::Provenance;
pub(crate) use release::{How, Release};
pub(crate) use removed::MovedEvent;
pub(crate) use render::EveryRender;
pub(crate) use reopen::{Delay, Reopen, Reopening};
pub(crate) use resource::Resource;
pub(crate) use shapes::module_facts;
pub(crate) use stale::StaleRead;
pub(crate) use swallow::Swallowed;
pub(crate) use topics::{RepeatedTopic, SharedTopic};
pub(crate) use view::{Env, F, UnitId, UnitSlot, V, View};
pub(crate) use writes::Write;
