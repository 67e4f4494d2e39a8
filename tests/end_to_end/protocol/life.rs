//! How sessions end, and what outlives a broken message. F4.

#[cfg(unix)]
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::FEED;
use crate::client::{Client, Start, framed};

#[test]
fn exit_after_shutdown_ends_with_0_though_the_input_stays_open() {
    assert_eq!(Client::start().shutdown(), Some(0));
}

#[test]
fn exit_right_behind_shutdown_ends_with_0() {
    let mut client = Client::start();
    let shutdown = json!({ "jsonrpc": "2.0", "id": 1000, "method": "shutdown" });
    let exit = json!({ "jsonrpc": "2.0", "method": "exit" });
    client.send_bytes(&[framed(&shutdown), framed(&exit)].concat());
    assert_eq!(client.exit_code(), Some(0));
    assert_eq!(client.answer(1000), Ok(Value::Null));
}

#[test]
fn exit_without_shutdown_ends_with_1() {
    let mut client = Client::start();
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), Some(1));
}

#[test]
fn exit_before_initialize_ends_with_1() {
    let mut client = Client::launch(&[]);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), Some(1));
}

#[test]
fn the_end_of_the_input_ends_the_server() {
    let mut client = Client::start();
    client.close_input();
    assert_eq!(client.exit_code(), Some(1));

    let mut client = Client::start();
    client.request("shutdown", Value::Null).expect("shutdown is answered");
    client.close_input();
    assert_eq!(client.exit_code(), Some(0));
}

#[test]
fn exit_during_a_long_analysis_ends_at_once() {
    let mut client = Client::start();
    client.open("file:///nowhere/long.tsx", &"const list = [`${".repeat(100_000));
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), Some(1));
}

/// The input stays open: some other process may hold the pipe.
#[cfg(unix)]
#[test]
fn the_death_of_the_client_ends_the_server() {
    // Without the output of the tests: if one fails before the end, whoever reads that would wait for this process.
    let mut editor = Command::new("sleep");
    let mut editor = editor.arg("1000").stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("sleep runs");
    let mut client = Start::new().with(&["processId"], json!(editor.id())).start();
    client.request("halfopen/settled", json!({})).expect("the server lives as long as its client");
    editor.kill().expect("it is ours");
    editor.wait().expect("it is ours");
    assert_eq!(client.exit_code(), Some(1));
}

#[test]
fn requests_before_initialize_are_refused_and_notifications_dropped() {
    let mut client = Client::launch(&[]);
    let uri = "file:///nowhere/early.tsx";
    client.open(uri, FEED);
    let refused = client.request("textDocument/hover", json!({})).expect_err("nothing is initialized");
    assert_eq!(refused["code"], -32002);
    client.request("initialize", json!({ "capabilities": {} })).expect("it is never too late");
    let unknown = client.request("halfopen/text", json!({ "uri": uri })).expect_err("it was opened too early");
    assert_eq!(unknown["code"], -32602);
}

#[test]
fn unknown_methods_and_wrong_parameters_are_refused() {
    let mut client = Client::start();
    let unknown = client.request("textDocument/fly", json!({})).expect_err("nobody flies");
    assert_eq!(unknown["code"], -32601);
    client.notify("textDocument/didFly", json!({}));
    client.notify("$/fly", json!({}));
    client.notify("textDocument/didOpen", json!({ "nothing": "of use" }));
    let wrong = client.request("textDocument/hover", json!({ "position": 7 })).expect_err("7 is no position");
    assert_eq!(wrong["code"], -32602);
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn requests_after_shutdown_are_refused() {
    let mut client = Client::start();
    client.request("shutdown", Value::Null).expect("shutdown is answered");
    let refused = client.request("textDocument/hover", json!({})).expect_err("the session is over");
    assert_eq!(refused["code"], -32600);
}

#[test]
fn broken_frames_cost_nothing_but_themselves() {
    let mut client = Client::start();
    let uri = "file:///nowhere/frames.tsx";
    client.open(uri, FEED);
    let broken: [&[u8]; 6] = [
        b"Content-Length: many\r\n\r\n{}",
        b"Content-Length: 4\r\n\r\n{{{{",
        b"Content-Length: 2\r\n\r\n\xff\xfe",
        b"Content-Length: 0\r\n\r\n",
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: 12\r\n\r\n{\"id\": null}",
    ];
    for bytes in broken {
        client.send_bytes(bytes);
    }
    client.settled();
    assert_eq!(client.rules(uri), ["missing-cleanup"]);
    assert!(client.errors.len() >= broken.len() - 1, "{:?}", client.errors);
    assert_eq!(client.shutdown(), Some(0));
}
