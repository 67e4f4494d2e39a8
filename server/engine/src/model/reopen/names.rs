//! What names say of a call on the way back to a connection.

/// Functions and methods that report or tidy up.
pub(super) const QUIET: &[&str] = &[
    "log",
    "warn",
    "error",
    "info",
    "debug",
    "trace",
    "toast",
    "success",
    "close",
    "terminate",
    "clear",
    "delete",
    "removeEventListener",
    "abort",
    "push",
    "toString",
    "join",
    "includes",
    "get",
    "set",
    "has",
    "reject",
    "send",
    "captureException",
    "preventDefault",
];

/// Whether a method's name leaves it open that it connects, or tells someone who may.
pub(super) fn may_reopen(name: &str) -> bool {
    const PARTS: &[&str] = &[
        "connect",
        "open",
        "retry",
        "again",
        "attempt",
        "start",
        "init",
        "setup",
        "create",
        "make",
        "build",
        "launch",
        "boot",
        "begin",
        "resume",
        "recover",
        "restore",
        "reload",
        "refresh",
        "schedule",
        "backoff",
        "subscribe",
        "activate",
        "join",
        "enter",
        "listen",
        "watch",
        "poll",
        "run",
        "exec",
        "call",
        "apply",
        "invoke",
        "emit",
        "dispatch",
        "notify",
        "trigger",
        "fire",
        "publish",
        "broadcast",
        "next",
        "handle",
        "callback",
        "update",
        "change",
    ];
    let lower = name.to_ascii_lowercase();
    let is_event = ["on", "set"]
        .iter()
        .any(|start| name.strip_prefix(start).is_some_and(|rest| rest.starts_with(|first: char| first.is_uppercase())));
    is_event || PARTS.iter().any(|part| lower.contains(part))
}

/// Globals that neither connect nor keep a connection.
pub(super) fn is_platform(name: &str) -> bool {
    matches!(
        name,
        "console"
            | "JSON"
            | "Math"
            | "Date"
            | "Number"
            | "String"
            | "Object"
            | "Array"
            | "clearTimeout"
            | "clearInterval"
            | "Error"
            | "alert"
            | "performance"
            | "window"
            | "document"
            | "localStorage"
            | "sessionStorage"
            | "Promise"
            | "CustomEvent"
            | "Event"
            | "process"
            | "URL"
    )
}
