//! Where a place of an older text stands after some edits.

use halfopen_engine::finding::{Finding, Related};
use halfopen_engine::text::{Edit, Span};

/// A span after the edits, in their order; `None` where an edit replaced all of it.
pub(super) fn span(span: Span, edits: &[Edit]) -> Option<Span> {
    edits.iter().try_fold(span, after)
}

/// A finding after the edits. Its fixes were for the older text and are left out.
pub(super) fn finding(finding: &Finding, edits: &[Edit]) -> Option<Finding> {
    if edits.is_empty() {
        return Some(finding.clone());
    }
    let related = finding
        .related
        .iter()
        .filter_map(|related| Some(Related { span: span(related.span, edits)?, message: related.message.clone() }));
    Some(Finding {
        elsewhere: finding.elsewhere.clone(),
        rule: finding.rule,
        severity: finding.severity,
        span: span(finding.span, edits)?,
        message: finding.message.clone(),
        related: related.collect(),
        fixes: Vec::new(),
    })
}

fn after(span: Span, edit: &Edit) -> Option<Span> {
    let (start, end) = (span.start as usize, span.end as usize);
    let shifted = |offset: usize| offset - edit.old_end + edit.new_end;
    if end <= edit.start {
        Some(span)
    } else if start >= edit.old_end {
        Some(Span::new(shifted(start), shifted(end)))
    } else if edit.start <= start && end <= edit.old_end {
        None
    } else {
        let start = if start < edit.start { start } else { edit.new_end };
        let end = if end > edit.old_end { shifted(end) } else { edit.start };
        Some(Span::new(start, end))
    }
}

#[cfg(test)]
mod tests {
    use halfopen_engine::text::{Edit, Span, Text};

    fn moved(from: Span, edits: &[(usize, usize, &str)]) -> Option<Span> {
        let mut text = Text::new("0123456789");
        let edits: Vec<Edit> =
            edits.iter().map(|&(start, end, inserted)| text.replace(Span::new(start, end), inserted)).collect();
        super::span(from, &edits)
    }

    #[test]
    fn edits_before_shift_and_edits_behind_do_not() {
        let place = Span::new(4, 6);
        assert_eq!(moved(place, &[(0, 1, "abc")]), Some(Span::new(6, 8)));
        assert_eq!(moved(place, &[(4, 4, "x")]), Some(Span::new(5, 7)));
        assert_eq!(moved(place, &[(6, 6, "x"), (8, 9, "")]), Some(place));
    }

    #[test]
    fn edits_within_stretch_and_edits_across_cut() {
        let place = Span::new(4, 8);
        assert_eq!(moved(place, &[(5, 6, "abc")]), Some(Span::new(4, 10)));
        assert_eq!(moved(place, &[(2, 6, "")]), Some(Span::new(2, 4)));
        assert_eq!(moved(place, &[(6, 10, "x")]), Some(Span::new(4, 6)));
    }

    #[test]
    fn what_was_replaced_as_a_whole_is_gone() {
        assert_eq!(moved(Span::new(4, 6), &[(4, 6, "xy")]), None);
        assert_eq!(moved(Span::new(4, 6), &[(0, 10, "0123456789")]), None);
    }
}
