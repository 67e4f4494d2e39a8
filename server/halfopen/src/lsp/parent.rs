//! Whether the client's process still lives.

use std::time::Duration;

/// Each look costs microseconds; a server that outlives its client costs a core or a battery.
const EVERY: Duration = Duration::from_secs(2);

/// Ends when the process is gone. A process that cannot be seen at all lives elsewhere, outside this container, and
/// nothing is concluded from that. The first look is taken at once, not when the future first runs: a process that died
/// in between would count as one that was never there.
pub(super) fn death(process: u32) -> impl Future<Output = ()> {
    let was_seen = lives(process);
    async move {
        if !was_seen {
            return std::future::pending().await;
        }
        while lives(process) {
            tokio::time::sleep(EVERY).await;
        }
    }
}

#[cfg(target_os = "linux")]
fn lives(process: u32) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{process}/stat")) else { return false };
    // "pid (name) state …", and the name may hold parentheses. A zombie is dead, though nobody fetched it yet.
    let state = stat.rsplit_once(')').and_then(|(_, rest)| rest.trim_start().chars().next());
    !matches!(state, Some('Z' | 'X'))
}

#[cfg(all(unix, not(target_os = "linux")))]
fn lives(process: u32) -> bool {
    let mut kill = std::process::Command::new("kill");
    kill.args(["-0", &process.to_string()]).stderr(std::process::Stdio::null());
    kill.status().is_ok_and(|status| status.success())
}

/// There the end of the input tells.
#[cfg(not(unix))]
fn lives(_: u32) -> bool {
    true
}
