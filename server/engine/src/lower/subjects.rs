//! What a unit speaks of, by the words in its names and texts: whether a project has thought of a thing at all.
//!
//! A rule that reports what is lacking asks this to stay silent where the thing may be done in a way that the model does
//! not see. Comments do not count.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::ir::*;

/// A thing that code may speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// Whether a peer is still there: it is pinged, or ended without a goodbye.
    Heartbeat,
    /// Whether a peer has answered.
    Answer,
    /// Who somebody is.
    Identity,
    /// How often somebody may do something.
    Rate,
    /// Where a page comes from.
    Origin,
    /// A server that takes WebSocket connections.
    Upgrade,
    /// Whether there is a network, or anybody looks.
    Network,
    /// What outlives the page.
    Storage,
    /// How much waits to be sent.
    Pressure,
    /// How a connection does.
    Measure,
    /// What was missed.
    Resync,
    /// A realtime connection.
    Connection,
    /// A process that starts copies of itself.
    Forks,
    /// What joins the rooms of several processes.
    Adapter,
}

/// The words of each, in lower case.
const ALL: [(Subject, &str); 14] = [
    // By what is done, and not by the word: who answers a ping sends none.
    (Subject::Heartbeat, ""),
    (
        Subject::Answer,
        "alive missed stale terminate unresponsive dead timedout ack acked seen deadline watchdog lastpong lastmessage \
         lastactivity lastheartbeat waiting answered silent",
    ),
    (
        Subject::Identity,
        "auth authed authenticate authenticated authentication authorize authorized authorization unauthorized forbidden \
         token tokens jwt bearer signature secret apikey session cookie cookies credential credentials password login signin \
         identity identify verify verified permission permissions whitelist allowlist handshake headers ticket guards useguards \
         verifyclient allowrequest middleware",
    ),
    (
        Subject::Rate,
        "limit limits limiter limited rate ratelimit ratelimiter throttle throttled quota flood bucket debounce cooldown spam \
         burst",
    ),
    (Subject::Origin, "origin origins referer csrf ticket"),
    (Subject::Upgrade, "websocketserver handleupgrade verifyclient allowrequest websocketgateway wss socket io"),
    (
        Subject::Network,
        "network online offline visibilitychange visibility visibilitystate netinfo pageshow appstate connectivity",
    ),
    (
        Subject::Storage,
        "localstorage sessionstorage indexeddb asyncstorage idb dexie localforage mmkv persist persisted storage sqlite \
         database db redis save store stored",
    ),
    (
        Subject::Pressure,
        "bufferedamount backpressure drain pause highwatermark writablelength buffered pressure desiredsize",
    ),
    (
        Subject::Measure,
        "metric metrics telemetry latency rtt sentry datadog opentelemetry otel histogram gauge analytics posthog monitor \
         monitoring stats statistics prometheus diagnostics instrument tracer mixpanel newrelic performance",
    ),
    (
        Subject::Resync,
        "refetch invalidate invalidatequeries resync resume lasteventid offset since replay recover recovered catchup snapshot \
         sync",
    ),
    (
        Subject::Connection,
        "io websocket websocketserver websocketgateway hubconnectionbuilder mqtt eventsource onsnapshot socket sockets onauthstatechange \
         pusher ably centrifuge stomp sockjs peer realtime",
    ),
    (Subject::Forks, "isprimary ismaster"),
    (Subject::Adapter, "adapter createadapter redisadapter"),
];

/// Methods that ping, or end a connection that does not answer.
const PINGS: [&str; 2] = ["ping", "terminate"];

/// Words of a message that asks whether the peer is there.
const ASKS: [&str; 5] = ["ping", "heartbeat", "keepalive", "keep-alive", "hb"];

/// The things that a unit speaks of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Subjects(u16);

impl Subjects {
    /// Those of a unit's names and texts.
    pub(super) fn of(facts: &UnitFacts) -> Self {
        let mut found = Self::default();
        for binding in &facts.bindings {
            found.add_name(&binding.name);
        }
        for name in facts.free.keys() {
            found.add_name(name);
        }
        for data in &facts.values {
            match &data.value {
                Value::Member { name, .. } => {
                    found.add_name(name);
                    found.0 |= u16::from(PINGS.contains(&name.as_str()));
                }
                Value::Lit(Lit::Str(text)) => {
                    found.add_name(text);
                    let is_said = data.uses.iter().any(|used| matches!(used, Use::Arg(..) | Use::Prop(..)));
                    found.0 |= u16::from(is_said && ASKS.contains(&text.to_ascii_lowercase().as_str()));
                }
                Value::Template(parts) => parts.iter().for_each(|part| match part {
                    Part::Text(text) => found.add_name(text),
                    Part::Value(_) => {}
                }),
                Value::Object(props) | Value::Jsx { props, .. } => {
                    props.iter().filter_map(|prop| prop.key.as_ref()).for_each(|key| found.add_name(key));
                }
                Value::Import { source, name } => {
                    found.add_name(source);
                    found.add_name(name);
                }
                _ => {}
            }
        }
        if let Some(ClassRole::Method { name, .. } | ClassRole::Field { name, .. }) = &facts.class {
            found.add_name(name);
        }
        found
    }

    /// Each of them.
    pub(crate) fn iter(self) -> impl Iterator<Item = Subject> {
        ALL.iter().enumerate().filter(move |(index, _)| self.0 & (1 << index) != 0).map(|(_, (subject, _))| *subject)
    }

    fn add_name(&mut self, name: &str) {
        // A longer text is prose or data.
        if name.len() > 80 {
            return;
        }
        for_each_word(name, |word| self.0 |= subjects_of(word));
    }
}

fn subjects_of(word: &str) -> u16 {
    static WORDS: LazyLock<HashMap<&str, u16>> = LazyLock::new(|| {
        let mut words = HashMap::new();
        for (index, (_, of)) in ALL.iter().enumerate() {
            for word in of.split_whitespace() {
                *words.entry(word).or_default() |= 1 << index;
            }
        }
        words
    });
    WORDS.get(word).copied().unwrap_or_default()
}

/// The words of a name in lower case, `keepAlive` being `keep` and `alive`, and each run of letters as one:
/// `keepalive`.
fn for_each_word(name: &str, mut each: impl FnMut(&str)) {
    for run in name.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|run| !run.is_empty()) {
        let lower = run.to_ascii_lowercase();
        each(&lower);
        let mut start = 0;
        let bytes = run.as_bytes();
        for at in 1..bytes.len() {
            let begins = bytes[at].is_ascii_uppercase()
                && (bytes[at - 1].is_ascii_lowercase() || bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase));
            if begins {
                each(&lower[start..at]);
                start = at;
            }
        }
        if start > 0 {
            each(&lower[start..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(name: &str) -> Vec<String> {
        let mut words = Vec::new();
        for_each_word(name, |word| words.push(word.to_owned()));
        words
    }

    #[test]
    fn a_name_is_read_by_its_words() {
        assert_eq!(words("keepAlive"), ["keepalive", "keep", "alive"]);
        assert_eq!(words("JWTToken_id"), ["jwttoken", "jwt", "token", "id"]);
        assert_eq!(words("typing"), ["typing"]);
        assert_eq!(subjects_of("typing"), 0);
        assert_ne!(subjects_of("alive"), 0);
    }
}
