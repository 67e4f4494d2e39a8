//! What a project's SQL says of its database, as far as it decides whether a change of a table reaches a subscriber.
//!
//! [`read`] turns a file into what its statements do, once for each text; [`Schema::fold`] applies the files one after the
//! other, as a migration tool does. What cannot be known (dynamic SQL, broken statements) is marked, and rules are silent
//! about it.
//!
//! **Invariant**: nothing here reads a file; which files count, and in which order, is for `workspace`. Offsets are bytes of
//! the file, lines count from zero.
//!
//! Source of the facts: PostgreSQL 15–18, reference pages of CREATE and ALTER PUBLICATION, ALTER TABLE and CREATE POLICY;
//! Supabase's guides on Postgres changes, Broadcast and Realtime authorization.

mod body;
mod by_hand;
mod change;
mod depth;
mod doubt;
mod facts;
mod fold;
mod loops;
mod names;
mod publication;
mod publish;
mod read;
mod schema;

pub(crate) use body::tidied;
pub use change::{Actions, Change, unread};
pub use facts::{FactLine, Membership, Readers, Security, TableFacts};
pub use names::TableName;
pub use read::read;
pub use schema::{Identity, Policy, PolicyCommand, RowSecurity, Schema, Send, SqlFile, SqlPlace, Table, Topic};
