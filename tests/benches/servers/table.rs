//! The one table that everything goes into, a row as soon as it is known.

use std::io::Write as _;

use halfopen_tests::percentile;

use super::client::Reply;

/// Standard output.
pub(crate) struct Table(std::io::StdoutLock<'static>);

impl Table {
    /// Prints the head.
    pub(crate) fn begin() -> Self {
        let mut table = Self(std::io::stdout().lock());
        table.line(&format!(
            "{:34} {:>6}  {:24} {:>5}  {:>11}  {:>8} {:>8} {:>8} {:>8}  bar",
            "what", "lines", "server", "times", "findings", "p50 ms", "p95", "p99", "worst"
        ));
        table
    }

    /// Prints a row.
    pub(crate) fn row(&mut self, row: &Row) {
        let findings = row.findings.map_or_else(String::new, |(least, most)| format!("{least}-{most}"));
        let share = |share: f64| percentile(&row.sorted, share);
        self.line(&format!(
            "{:34} {:6}  {:24} {:5}  {findings:>11}  {:8.2} {:8.2} {:8.2} {:8.2}  {}",
            row.what,
            row.lines,
            row.server,
            row.sorted.len(),
            share(0.5),
            share(0.95),
            share(0.99),
            share(1.0),
            row.verdict
        ));
    }

    /// Prints a line between the rows.
    pub(crate) fn note(&mut self, note: &str) {
        self.line(&format!("  ({note})"));
    }

    fn line(&mut self, line: &str) {
        // Whoever closes the output wants no more of it.
        let _ = writeln!(self.0, "{line}").and_then(|()| self.0.flush());
    }
}

/// Times of one kind.
pub(crate) struct Row {
    what: String,
    lines: usize,
    server: String,
    sorted: Vec<f64>,
    /// The least and the most findings that were told.
    findings: Option<(usize, usize)>,
    verdict: String,
}

impl Row {
    /// A row of times in milliseconds, at least one.
    pub(crate) fn new(what: &str, lines: usize, server: &str, mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let (what, server) = (what.to_owned(), server.to_owned());
        Self { what, lines, server, sorted: times, findings: None, verdict: String::new() }
    }

    /// A row of what came of changes.
    pub(crate) fn of_replies(what: &str, lines: usize, server: &str, replies: &[Reply]) -> Self {
        let times = replies.iter().map(|reply| reply.milliseconds).collect();
        let row = Self::new(what, lines, server, times);
        row.with_findings(replies.iter().map(|reply| reply.findings))
    }

    /// Adds how many findings were told.
    pub(crate) fn with_findings(self, counts: impl Iterator<Item = usize> + Clone) -> Self {
        let findings = counts.clone().min().zip(counts.max());
        Self { findings, ..self }
    }

    /// The median must not be above that.
    pub(crate) fn with_bar_for_median(self, bar: f64) -> Self {
        let verdict = held(self.median() <= bar);
        Self { verdict: format!("p50 <= {bar} ms: {verdict}"), ..self }
    }

    /// Of a hundred times, five may be above that.
    pub(crate) fn with_bar_for_most(self, bar: f64) -> Self {
        let verdict = held(percentile(&self.sorted, 0.95) <= bar);
        Self { verdict: format!("p95 <= {bar} ms: {verdict}"), ..self }
    }

    /// No time may be above that.
    pub(crate) fn with_bar_for_worst(self, bar: f64) -> Self {
        let verdict = held(percentile(&self.sorted, 1.0) <= bar);
        Self { verdict: format!("worst <= {bar} ms: {verdict}"), ..self }
    }

    /// How many times the median is another one, and whether it is so many times that at least.
    pub(crate) fn times_slower_than(self, median: f64, bar: Option<f64>) -> Self {
        let ratio = self.median() / median;
        let verdict = bar.map_or_else(String::new, |bar| format!(", >= {bar}: {}", held(ratio >= bar)));
        Self { verdict: format!("{ratio:.2} times halfopen's p50{verdict}"), ..self }
    }

    /// The median in milliseconds.
    pub(crate) fn median(&self) -> f64 {
        percentile(&self.sorted, 0.5)
    }
}

fn held(is_held: bool) -> &'static str {
    if is_held { "yes" } else { "NO" }
}
