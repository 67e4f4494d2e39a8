//! The end-to-end tests: of the real process, by its own interfaces.

mod cli;
mod client;
mod fixes;
mod mirror;
mod modules;
mod protocol;
mod support;
mod tidy;
