//! The order of a list that two people arranged apart.
//!
//! One of the two lists is the frame: the server's, unless only mine was rearranged. What the frame
//! lacks follows its left neighbour. So a list that only one side touched comes out as that side has
//! it, and everything wanted is in it once.

use std::{collections::HashSet, hash::Hash};

/// A merged order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arranged<K> {
    /// Everything wanted, once.
    pub(crate) order: Vec<K>,
    /// Both rearranged what they have in common, differently: the server's order stands.
    pub(crate) contested: bool,
}

/// The wanted elements of the two lists in their merged order. Each list has an element at most once;
/// what is in neither is not there.
pub(crate) fn arrange<K: Copy + Eq + Hash>(
    base: &[K],
    mine: &[K],
    theirs: &[K],
    wanted: impl Fn(K) -> bool,
) -> Arranged<K> {
    let (in_base, in_mine, in_theirs) = (set(base), set(mine), set(theirs));
    let shared = |k: &K| wanted(*k) && in_mine.contains(k) && in_theirs.contains(k);
    let known = |k: &K| shared(k) && in_base.contains(k);

    let before = only(base, known);
    let mine_moved = only(mine, known) != before;
    let theirs_moved = only(theirs, known) != before;
    let agree = only(mine, shared) == only(theirs, shared);
    // Elements that both put here have no former place that could tell who moved them.
    let newcomers = theirs.iter().any(|k| shared(k) && !in_base.contains(k));
    let contested = !agree && (newcomers || (mine_moved && theirs_moved));

    let order = if mine_moved && !theirs_moved {
        weave(mine, theirs, &wanted, false)
    } else {
        weave(theirs, mine, &wanted, true)
    };
    Arranged { order, contested }
}

/// The frame with the wanted rest of the other list, each element after its left neighbour. `behind`:
/// what the frame alone has at that place goes first.
pub(crate) fn weave<K: Copy + Eq + Hash>(
    frame: &[K],
    other: &[K],
    wanted: &impl Fn(K) -> bool,
    behind: bool,
) -> Vec<K> {
    let mut order = only(frame, |k| wanted(*k));
    let mut there = set(&order);
    let in_other = set(other);
    let mut neighbour: Option<K> = None;
    for k in other.iter().copied().filter(|k| wanted(*k)) {
        if there.insert(k) {
            let mut at = neighbour
                .and_then(|left| order.iter().position(|x| *x == left))
                .map_or(0, |left| left + 1);
            while behind && order.get(at).is_some_and(|x| !in_other.contains(x)) {
                at += 1;
            }
            order.insert(at, k);
        }
        neighbour = Some(k);
    }
    order
}

fn set<K: Copy + Eq + Hash>(list: &[K]) -> HashSet<K> {
    list.iter().copied().collect()
}

fn only<K: Copy>(list: &[K], which: impl Fn(&K) -> bool) -> Vec<K> {
    list.iter().copied().filter(|k| which(k)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(base: &str, mine: &str, theirs: &str) -> (String, bool) {
        let list = |text: &str| text.chars().collect::<Vec<_>>();
        let (b, m, t) = (list(base), list(mine), list(theirs));
        // As for a list of names: gone is what one side took away.
        let wanted = |k: char| {
            (m.contains(&k) && t.contains(&k))
                || (m.contains(&k) || t.contains(&k)) && !b.contains(&k)
        };
        let Arranged { order, contested } = arrange(&b, &m, &t, wanted);
        (order.into_iter().collect(), contested)
    }

    #[test]
    fn one_row_for_each_case() {
        for (case, base, mine, theirs, result, contested) in [
            ("mine inserted", "abc", "aXbc", "abc", "aXbc", false),
            ("theirs inserted", "abc", "abc", "abYc", "abYc", false),
            (
                "both inserted at one place",
                "abc",
                "aXbc",
                "aYbc",
                "aYXbc",
                false,
            ),
            (
                "both inserted two at one place",
                "ab",
                "aXZb",
                "aYWb",
                "aYWXZb",
                false,
            ),
            (
                "both inserted at the start",
                "ab",
                "Xab",
                "Yab",
                "YXab",
                false,
            ),
            (
                "both inserted at the end",
                "ab",
                "abX",
                "abY",
                "abYX",
                false,
            ),
            (
                "mine rearranged, theirs inserted",
                "abc",
                "cab",
                "abYc",
                "cabY",
                false,
            ),
            (
                "theirs rearranged, mine inserted",
                "abc",
                "abXc",
                "cab",
                "cabX",
                false,
            ),
            (
                "mine rearranged and inserted, theirs inserted",
                "abc",
                "cabX",
                "abYc",
                "cabYX",
                false,
            ),
            ("both rearranged alike", "abc", "cab", "cab", "cab", false),
            ("both rearranged", "abc", "cab", "bac", "bac", true),
            (
                "both rearranged, mine inserted",
                "abc",
                "caXb",
                "bac",
                "baXc",
                true,
            ),
            (
                "the left neighbour is gone",
                "abc",
                "abXc",
                "ac",
                "aXc",
                false,
            ),
            (
                "what mine rearranged is gone",
                "abc",
                "acb",
                "ac",
                "ac",
                false,
            ),
            ("emptied and inserted", "ab", "", "abY", "Y", false),
            (
                "both put the same in, at two places",
                "ab",
                "aXb",
                "abX",
                "abX",
                true,
            ),
        ] {
            assert_eq!(
                merged(base, mine, theirs),
                (result.to_owned(), contested),
                "{case}: {base} {mine} {theirs}"
            );
        }
    }
}
