//! A guide for each area: how to design it, what to choose when, what to watch.

/// A guide's area and its Markdown.
type Guide = (&'static str, &'static str);

static GUIDES: [Guide; 8] = [
    ("connection", include_str!("connection/guide.md")),
    ("interface", include_str!("interface/guide.md")),
    ("observability", include_str!("observability/guide.md")),
    ("offline", include_str!("offline/guide.md")),
    ("performance", include_str!("performance/guide.md")),
    ("security", include_str!("security/guide.md")),
    ("subscriptions", include_str!("subscriptions/guide.md")),
    ("sync", include_str!("sync/guide.md")),
];

/// Every guide, by area.
pub fn guides() -> impl Iterator<Item = Guide> {
    GUIDES.into_iter()
}

/// The guide of an area.
pub fn guide(area: &str) -> Option<&'static str> {
    guides().find(|(known, _)| *known == area).map(|(_, page)| page)
}
