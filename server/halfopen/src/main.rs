//! halfopen finds realtime bugs in TypeScript and JavaScript: a language server and a command line.
//!
//! `lsp` and `cli` are two views of the same engine. They share `workspace`, which reads files, and never import
//! each other.

/// Analyses make and drop many small values on several threads; the system's allocator makes them wait for each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod cli;
mod lsp;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Finds realtime bugs in TypeScript and JavaScript.
#[derive(Debug, Parser)]
#[command(name = "halfopen", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check files and folders; exit code 1 tells of findings at warning or above, 2 of trouble
    Check(cli::CheckArgs),
    /// Print a rule's page, the guide of an area, or how to describe a library of your own
    Explain {
        /// The rule's name; `halfopen rules` lists them. Or an area such as `connection`. Or `libraries`
        rule: String,
    },
    /// List the rules
    Rules,
    /// List the libraries that are known, built in and your own
    Libraries,
    /// List the tables that code subscribes to, with what the migrations say of them
    Tables {
        /// Files and folders; without any, the working folder
        paths: Vec<std::path::PathBuf>,
        /// Print one JSON array
        #[arg(long)]
        json: bool,
    },
    /// Print the JSON schema of halfopen.json
    Schema,
    /// Run the language server over standard input and output
    Lsp(LspArgs),
}

/// Run the language server over standard input and output
#[derive(Debug, clap::Args)]
struct LspArgs {
    /// Speak over standard input and output, which is the only way; editors pass it by habit
    #[arg(long)]
    stdio: bool,
    /// Answer the requests that tests use to wait and to look
    #[arg(long)]
    debug_requests: bool,
    /// The settings file, in place of the nearest halfopen.json or halfopen.jsonc
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Let every rule panic on documents whose path ends so
    #[arg(long, value_name = "SUFFIX", hide = true)]
    debug_panic_on: Option<String>,
}

fn main() -> ExitCode {
    let code: i32 = match Arguments::parse().command {
        Command::Check(args) => cli::check(&args),
        Command::Explain { rule } => cli::explain(&rule),
        Command::Rules => cli::list(),
        Command::Libraries => cli::libraries(),
        Command::Tables { paths, json } => cli::tables(&paths, json),
        Command::Schema => cli::schema(),
        Command::Lsp(args) => lsp::run(lsp::Options {
            debug_requests: args.debug_requests,
            config: args.config,
            panic_on: args.debug_panic_on,
        }),
    };
    ExitCode::from(u8::try_from(code).unwrap_or(2))
}
