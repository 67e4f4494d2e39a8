//! The language server as editors meet it: over its pipes, in all the ways in which servers have broken before.
//!
//! Each test's comment names the failure mode (F1 …) that it would have caught. Nothing here sleeps: the barrier
//! `halfopen/settled` tells when there is nothing more to come.

mod actions;
mod fix_all;
mod libraries;
mod life;
mod modules;
mod new_code;
mod order;
mod settings;
mod sql;
mod texts;
mod trouble;
mod typing;
mod workspace;

/// A component that never closes its EventSource: one finding, on `new EventSource(url)`.
const FEED: &str = r#"import { useEffect } from "react";

function receive(event: MessageEvent<string>) {
  document.title = event.data;
}

export function Feed({ url }: { url: string }) {
  useEffect(() => {
    const source = new EventSource(url);
    source.onmessage = receive;
  }, [url]);
  return null;
}
"#;

/// What the fix inserts behind `source.onmessage = receive;`.
const TEARDOWN: &str = "\n    return () => {\n      source.close();\n    };";

/// Where the finding stands.
const ACQUIRED: &str = "new EventSource(url)";

/// What the teardown follows.
const LISTENING: &str = "source.onmessage = receive;";

/// The component with its teardown.
fn fixed() -> String {
    FEED.replace(LISTENING, &format!("{LISTENING}{TEARDOWN}"))
}
