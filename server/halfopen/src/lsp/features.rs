//! What the client can do, as far as it changes what the server says.

use halfopen_engine::text::Encoding;
use tower_lsp::ls_types::{
    ClientCapabilities, GeneralClientCapabilities, MarkupKind, PositionEncodingKind, ResourceOperationKind,
};

/// The client's abilities; the default is a client that announced none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Features {
    /// How columns are counted.
    pub(super) encoding: Encoding,
    /// Whether a diagnostic may name related places.
    pub(super) related_information: bool,
    /// Whether an edit may name the version that it is for.
    pub(super) versioned_edits: bool,
    /// Whether an edit may create files.
    pub(super) creates_files: bool,
    /// Whether an action's edit may be asked for when it is chosen.
    pub(super) lazy_edits: bool,
    /// Whether the client watches files when it is asked to.
    pub(super) watches_files: bool,
    /// Whether an edit may say what it is, and ask to be confirmed.
    pub(super) annotated_edits: bool,
    /// Whether hover texts must do without Markdown.
    pub(super) plain_hover: bool,
}

impl Features {
    /// Reads what the client announced.
    pub(super) fn of(client: &ClientCapabilities) -> Self {
        let workspace = client.workspace.as_ref();
        let document = client.text_document.as_ref();
        let diagnostics = document.and_then(|document| document.publish_diagnostics.as_ref());
        let actions = document.and_then(|document| document.code_action.as_ref());
        let edits = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let watching = workspace.and_then(|workspace| workspace.did_change_watched_files);
        let resolved = actions.and_then(|actions| actions.resolve_support.as_ref());
        let hover_formats =
            document.and_then(|document| document.hover.as_ref()).and_then(|hover| hover.content_format.as_ref());
        Self {
            encoding: encoding(client.general.as_ref()),
            related_information: diagnostics.and_then(|it| it.related_information).unwrap_or(false),
            versioned_edits: edits.and_then(|it| it.document_changes).unwrap_or(false),
            creates_files: edits.is_some_and(|it| {
                let operations = it.resource_operations.as_deref().unwrap_or_default();
                it.document_changes == Some(true) && operations.contains(&ResourceOperationKind::Create)
            }),
            annotated_edits: edits.is_some_and(|it| it.change_annotation_support.is_some()),
            lazy_edits: actions.and_then(|it| it.data_support).unwrap_or(false)
                && resolved.is_some_and(|it| it.properties.iter().any(|property| property == "edit")),
            watches_files: watching.and_then(|it| it.dynamic_registration).unwrap_or(false),
            plain_hover: hover_formats.is_some_and(|formats| !formats.contains(&MarkupKind::Markdown)),
        }
    }
}

/// Bytes are the rope's own count, scalar values the next cheapest; UTF-16 is what every client knows.
fn encoding(general: Option<&GeneralClientCapabilities>) -> Encoding {
    let offered = general.and_then(|general| general.position_encodings.as_deref()).unwrap_or_default();
    if offered.contains(&PositionEncodingKind::UTF8) {
        Encoding::Utf8
    } else if offered.contains(&PositionEncodingKind::UTF32) {
        Encoding::Utf32
    } else {
        Encoding::Utf16
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Encoding, Features};

    fn features(capabilities: serde_json::Value) -> Features {
        Features::of(&serde_json::from_value(capabilities).expect("these are capabilities"))
    }

    #[test]
    fn a_silent_client_counts_in_utf_16_and_gets_the_plainest_answers() {
        assert_eq!(features(json!({})), Features::default());
    }

    #[test]
    fn bytes_are_preferred_then_scalar_values() {
        let offered =
            |encodings: serde_json::Value| features(json!({ "general": { "positionEncodings": encodings } })).encoding;
        assert_eq!(offered(json!(["utf-16", "utf-32", "utf-8"])), Encoding::Utf8);
        assert_eq!(offered(json!(["utf-16", "utf-32"])), Encoding::Utf32);
        assert_eq!(offered(json!(["utf-16"])), Encoding::Utf16);
    }
}
