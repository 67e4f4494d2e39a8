//! The handlers, one a method of the protocol.
//!
//! **Invariant**: each is a line or two: what a message means stands in `session`. Those that change anything never await,
//! so they run to their end in the order of arrival. What only looks and takes long runs aside.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::request::RegisterCapability;
use tower_lsp::ls_types::{
    CodeAction, CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionResponse, DidChangeConfigurationParams,
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, Hover, HoverParams,
    InitializeParams, InitializeResult, InitializedParams, OneOf, Registration, RegistrationParams, SaveOptions,
    ServerCapabilities, ServerInfo, TextDocumentSyncKind, TextDocumentSyncOptions, WorkspaceFolder,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};

use super::features::Features;
use super::session::Session;
use super::{actions, convert, fix_all, hover, new_code, parent};

/// Files whose change can change findings, or which settings are in force.
const WATCHED: &str = "**/{halfopen.json,halfopen.jsonc,tsconfig*.json,jsconfig.json,package.json,package-lock.json,\
    npm-shrinkwrap.json,pnpm-lock.yaml,yarn.lock,bun.lock,bun.lockb,*.sql}";

/// The language server of one session.
pub(super) struct Server {
    session: Arc<Session>,
}

impl Server {
    /// The handlers for a session.
    pub(super) fn new(session: Arc<Session>) -> Self {
        Self { session }
    }

    pub(super) fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// Looks at something on a thread of its own, while other messages are served.
    pub(super) async fn aside<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Arc<Session>) -> T + Send + 'static,
    ) -> Result<T> {
        let session = Arc::clone(&self.session);
        let runtime = session.runtime.clone();
        runtime.spawn_blocking(move || look(&session)).await.map_err(|_| Error::internal_error())
    }
}

impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let features = Features::of(&params.capabilities);
        self.session.begin(features, paths_of(&params.workspace_folders.unwrap_or_default()));
        if let Some(options) = &params.initialization_options {
            self.session.settings.take_editor(&self.session, options);
        }
        if let Some(process) = params.process_id {
            watch_client(Arc::clone(&self.session), process);
        }
        let version = Some(env!("CARGO_PKG_VERSION").to_owned());
        Ok(InitializeResult {
            capabilities: capabilities(features),
            server_info: Some(ServerInfo { name: "halfopen".to_owned(), version }),
            ..InitializeResult::default()
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        if self.session.features().watches_files {
            self.session.outgoing.request::<RegisterCapability>(watching());
        }
    }

    async fn shutdown(&self) -> Result<()> {
        self.session.shut_down();
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.session.open(params.text_document);
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        self.session.change(&document.uri, document.version, convert::changes(params.content_changes));
    }

    /// The text that a save may carry is older than the buffer or the same: it is not looked at.
    async fn did_save(&self, _: DidSaveTextDocumentParams) {
        self.session.recheck();
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.session.close(&params.text_document.uri);
    }

    async fn did_change_watched_files(&self, _: DidChangeWatchedFilesParams) {
        self.session.recheck();
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.session.change_folders(paths_of(&params.event.added), &paths_of(&params.event.removed));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.session.settings.take_editor(&self.session, &params.settings);
        self.session.recheck();
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        match actions::takes_long(&params) {
            true => self.aside(move |session| Some(actions::offer(session, &params))).await,
            false => Ok(Some(actions::offer(&self.session, &params))),
        }
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        match actions::is_long(&action) {
            true => self.aside(move |session| actions::resolve(session, action)).await?,
            false => actions::resolve(&self.session, action),
        }
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let place = params.text_document_position_params;
        let uri = place.text_document.uri;
        let about_finding = hover::of_finding(&self.session, &uri, place.position);
        if !hover::may_name_the_database(&self.session, &uri, place.position) {
            return Ok(about_finding.map(|card| card.into_hover(&self.session)));
        }
        let look = move |session: &Arc<Session>| {
            let card = hover::with_database(session, &uri, place.position, about_finding)?;
            Some(card.into_hover(session))
        };
        self.aside(look).await
    }
}

fn paths_of(folders: &[WorkspaceFolder]) -> Vec<PathBuf> {
    folders.iter().filter_map(|folder| convert::path_of(&folder.uri)).collect()
}

fn capabilities(features: Features) -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(SaveOptions { include_text: Some(false) }.into()),
        ..TextDocumentSyncOptions::default()
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![
            CodeActionKind::QUICKFIX,
            CodeActionKind::new(fix_all::KIND),
            CodeActionKind::new(new_code::KIND),
        ]),
        resolve_provider: Some(true),
        ..CodeActionOptions::default()
    };
    ServerCapabilities {
        position_encoding: Some(convert::encoding_kind(features.encoding)),
        text_document_sync: Some(sync.into()),
        hover_provider: Some(true.into()),
        code_action_provider: Some(actions.into()),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            ..WorkspaceServerCapabilities::default()
        }),
        ..ServerCapabilities::default()
    }
}

fn watching() -> RegistrationParams {
    let options: Value = json!({ "watchers": [{ "globPattern": WATCHED }] });
    RegistrationParams {
        registrations: vec![Registration {
            id: "halfopen-files".to_owned(),
            method: "workspace/didChangeWatchedFiles".to_owned(),
            register_options: Some(options),
        }],
    }
}

fn watch_client(session: Arc<Session>, process: u32) {
    let runtime = session.runtime.clone();
    let death = parent::death(process);
    runtime.spawn(async move {
        death.await;
        session.orphaned.notify_one();
    });
}
