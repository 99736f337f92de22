//! What a desktop holds of the server, and where it differs: pure decisions about slices and heads.
//!
//! A desktop's scope says which documents are its business; some of that is only known from what is
//! already here (an instructor's courses decide which enrollments, those decide whose names), so the
//! plan is made anew whenever something arrived. Deliberately absent: fetching, and storing.

use std::{cmp::Ordering, collections::BTreeMap};

use bson::{Bson, oid::ObjectId};
use domain::{Collection, Role, Scope};
use remote::port::{Filter, Head, Slice, Source, View};
use sha2::{Digest, Sha256};

/// What the plan needs to know of what is already here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Courses the scope's instructor teaches.
    pub own_courses: Vec<ObjectId>,
    /// Courses the scope's student is or was enrolled in.
    pub enrolled_courses: Vec<ObjectId>,
    /// People whom documents here name.
    pub named_people: Vec<ObjectId>,
    /// People who signed in on this desktop.
    pub people_here: Vec<ObjectId>,
}

/// What a desktop of this scope holds, source by source in the order of [`Source::ALL`]; several slices
/// of one source with the widest view first, so that a document in two of them is held as the first says.
pub fn slices(scope: Scope, known: &Known) -> Vec<Slice> {
    Source::ALL
        .into_iter()
        .flat_map(|source| slices_of(source, scope, known))
        .collect()
}

/// What a desktop of this scope holds of one source.
pub fn slices_of(source: Source, scope: Scope, known: &Known) -> Vec<Slice> {
    let whole = |filter| Slice {
        source,
        filter,
        view: View::Whole,
    };
    let names = |filter| Slice {
        source,
        filter,
        view: View::Names,
    };
    let Source::Documents(collection) = source else {
        return trail(source, scope, known);
    };
    match (collection, scope) {
        (Collection::Settings | Collection::Devices, _) => vec![whole(Filter::All)],
        // An office shows who is signed in where.
        (Collection::Sessions, Scope::Office) => vec![whole(Filter::All)],
        // Whoever signed in here sees and ends their sessions from here.
        (Collection::Sessions, _) => {
            let mut people = known.people_here.clone();
            people.extend(scope.person().map(|person| person.0));
            vec![whole(field("user", people))]
        }
        // Codes are given out and taken at an office's desktops; nobody else's login reads any.
        (Collection::Imports | Collection::AuthTokens, Scope::Office) => vec![whole(Filter::All)],
        (Collection::Imports | Collection::AuthTokens, _) => vec![whole(Filter::Nothing)],
        (_, Scope::Office) => vec![whole(Filter::All)],
        (Collection::Users, Scope::Finance) => {
            let staff = [Role::Finance, Role::Admin]
                .map(|role| Bson::from(role.as_str()))
                .to_vec();
            vec![
                whole(Filter::Field {
                    path: "role",
                    any: staff,
                }),
                names(Filter::All),
            ]
        }
        (Collection::Users, Scope::Instructor(person) | Scope::Student(person)) => {
            vec![
                whole(ids([person.0])),
                names(ids(known
                    .named_people
                    .iter()
                    .copied()
                    .filter(|id| *id != person.0))),
            ]
        }
        (Collection::Courses | Collection::Enrollments | Collection::Payments, Scope::Finance) => {
            vec![whole(Filter::All)]
        }
        (Collection::Courses, Scope::Instructor(person)) => vec![
            whole(field("instructor", [person.0])),
            whole(Filter::CatalogAnd(Vec::new())),
        ],
        (Collection::Courses, Scope::Student(_)) => {
            vec![whole(Filter::CatalogAnd(sorted(
                known.enrolled_courses.iter().copied(),
            )))]
        }
        (Collection::Enrollments, Scope::Instructor(_)) => {
            vec![whole(field("course", known.own_courses.iter().copied()))]
        }
        (Collection::Payments, Scope::Instructor(_)) => vec![whole(Filter::Nothing)],
        (Collection::Enrollments | Collection::Payments, Scope::Student(person)) => {
            vec![whole(field("user", [person.0]))]
        }
    }
}

fn trail(source: Source, scope: Scope, known: &Known) -> Vec<Slice> {
    let filter = match (source, scope) {
        (_, Scope::Office) | (Source::Ledger, Scope::Finance) => Filter::All,
        (Source::Ledger, Scope::Student(person)) => field("user", [person.0]),
        (Source::Ledger, _) => Filter::Nothing,
        (_, Scope::Finance) => field("actor.user", known.people_here.iter().copied()),
        (_, Scope::Instructor(person) | Scope::Student(person)) => field("actor.user", [person.0]),
    };
    vec![Slice {
        source,
        filter,
        view: View::Whole,
    }]
}

fn field(path: &'static str, any: impl IntoIterator<Item = ObjectId>) -> Filter {
    let any: Vec<Bson> = sorted(any).into_iter().map(Bson::ObjectId).collect();
    if any.is_empty() {
        Filter::Nothing
    } else {
        Filter::Field { path, any }
    }
}

fn ids(any: impl IntoIterator<Item = ObjectId>) -> Filter {
    let any: Vec<Bson> = sorted(any).into_iter().map(Bson::ObjectId).collect();
    if any.is_empty() {
        Filter::Nothing
    } else {
        Filter::Ids(any)
    }
}

fn sorted(ids: impl IntoIterator<Item = ObjectId>) -> Vec<ObjectId> {
    let mut ids: Vec<ObjectId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// What the slices ask for by identifier: documents that are wanted because something here names them.
pub fn named(slices: &[Slice]) -> BTreeMap<Source, Vec<Bson>> {
    let mut wanted: BTreeMap<Source, Vec<Bson>> = BTreeMap::new();
    for slice in slices {
        match &slice.filter {
            Filter::Ids(ids) => wanted
                .entry(slice.source)
                .or_default()
                .extend(ids.iter().cloned()),
            Filter::CatalogAnd(ids) => wanted
                .entry(slice.source)
                .or_default()
                .extend(ids.iter().copied().map(Bson::ObjectId)),
            Filter::All | Filter::Nothing | Filter::Field { .. } => {}
        }
    }
    wanted.retain(|_, ids| !ids.is_empty());
    wanted
}

/// A slice without what it asks for by identifier. When two such differ, whole stretches of documents
/// came into the desktop's business or left it, and the source has to be compared; new identifiers
/// alone are fetched one by one.
pub fn fingerprint(slices: &[Slice]) -> String {
    let mut hash = Sha256::new();
    for slice in slices {
        hash.update([match slice.view {
            View::Whole => b'w',
            View::Names => b'n',
        }]);
        match &slice.filter {
            Filter::All => hash.update(b"all"),
            Filter::Nothing | Filter::Ids(_) => hash.update(b"named"),
            Filter::CatalogAnd(_) => hash.update(b"catalog"),
            Filter::Field { path, any } => {
                hash.update(path.as_bytes());
                for value in any {
                    hash.update(value.to_string().as_bytes());
                    hash.update(b",");
                }
            }
        }
        hash.update(b";");
    }
    let mut text = hex::encode(hash.finalize());
    text.truncate(32);
    text
}

/// Where two sets of heads differ.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference {
    /// To be fetched: the server has them, and they are not here or not the same.
    pub fetch: Vec<Bson>,
    /// Here, but not with the server, or not in the slice.
    pub gone: Vec<Bson>,
}

/// Compares the server's heads with ours, both in the order of [`by_id`] and over the same stretch of
/// identifiers.
pub fn compare(server: &[Head], ours: &[Head]) -> Difference {
    let mut difference = Difference::default();
    let (mut theirs, mut mine) = (server.iter().peekable(), ours.iter().peekable());
    loop {
        match (theirs.peek(), mine.peek()) {
            (None, None) => return difference,
            (Some(head), None) => {
                difference.fetch.push(head.id.clone());
                theirs.next();
            }
            (None, Some(head)) => {
                difference.gone.push(head.id.clone());
                mine.next();
            }
            (Some(head), Some(our)) => match by_id(&head.id, &our.id) {
                Ordering::Less => {
                    difference.fetch.push(head.id.clone());
                    theirs.next();
                }
                Ordering::Greater => {
                    difference.gone.push(our.id.clone());
                    mine.next();
                }
                Ordering::Equal => {
                    if !same(head, our) {
                        difference.fetch.push(head.id.clone());
                    }
                    theirs.next();
                    mine.next();
                }
            },
        }
    }
}

fn same(a: &Head, b: &Head) -> bool {
    a.updated_at == b.updated_at && a.rev == b.rev && a.op == b.op && a.version == b.version
}

/// The order in which a server lists documents by `_id`: by kind of value, then by value (MongoDB
/// manual, "Comparison/Sort Order"), for the kinds identifiers are of.
pub fn by_id(a: &Bson, b: &Bson) -> Ordering {
    let rank = |value: &Bson| match value {
        Bson::Null => 0,
        Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_) => 1,
        Bson::String(_) | Bson::Symbol(_) => 2,
        Bson::Document(_) => 3,
        Bson::Array(_) => 4,
        Bson::Binary(_) => 5,
        Bson::ObjectId(_) => 6,
        _ => 7,
    };
    let number = |value: &Bson| match value {
        Bson::Int32(n) => f64::from(*n),
        Bson::Int64(n) => *n as f64,
        Bson::Double(n) => *n,
        _ => 0.0,
    };
    rank(a).cmp(&rank(b)).then_with(|| match (a, b) {
        (Bson::ObjectId(a), Bson::ObjectId(b)) => a.cmp(b),
        (Bson::String(a), Bson::String(b)) => a.cmp(b),
        (a, b) if rank(a) == 1 => number(a).total_cmp(&number(b)),
        (a, b) => a.to_string().cmp(&b.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use domain::UserId;

    use super::*;

    fn id(n: u8) -> ObjectId {
        ObjectId::from_bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n])
    }

    fn of(source: Collection, scope: Scope, known: &Known) -> Vec<(View, Filter)> {
        slices_of(Source::Documents(source), scope, known)
            .into_iter()
            .map(|slice| (slice.view, slice.filter))
            .collect()
    }

    fn by(path: &'static str, any: &[u8]) -> Filter {
        Filter::Field {
            path,
            any: any.iter().map(|n| Bson::ObjectId(id(*n))).collect(),
        }
    }

    fn known() -> Known {
        Known {
            own_courses: vec![id(12), id(11)],
            enrolled_courses: vec![id(21)],
            named_people: vec![id(31), id(1), id(31)],
            people_here: vec![id(41)],
        }
    }

    #[test]
    fn an_office_holds_everything() {
        for slice in slices(Scope::Office, &known()) {
            assert_eq!((slice.view, slice.filter), (View::Whole, Filter::All));
        }
    }

    #[test]
    fn finance_holds_money_and_everyones_name() {
        let known = known();
        let users = of(Collection::Users, Scope::Finance, &known);
        assert_eq!(users[1], (View::Names, Filter::All));
        assert!(
            matches!(&users[0], (View::Whole, Filter::Field { path: "role", any }) if any.len() == 2)
        );
        for collection in [
            Collection::Courses,
            Collection::Enrollments,
            Collection::Payments,
        ] {
            assert_eq!(
                of(collection, Scope::Finance, &known),
                [(View::Whole, Filter::All)]
            );
        }
        assert_eq!(
            slices_of(Source::Ledger, Scope::Finance, &known)[0].filter,
            Filter::All
        );
        assert_eq!(
            slices_of(Source::Audit, Scope::Finance, &known)[0].filter,
            by("actor.user", &[41])
        );
        assert_eq!(
            of(Collection::Imports, Scope::Finance, &known)[0].1,
            Filter::Nothing
        );
    }

    #[test]
    fn only_an_office_holds_the_codes_given_out() {
        let person = UserId(id(1));
        for scope in [
            Scope::Finance,
            Scope::Instructor(person),
            Scope::Student(person),
        ] {
            assert_eq!(
                of(Collection::AuthTokens, scope, &known()),
                [(View::Whole, Filter::Nothing)],
                "{scope}"
            );
        }
    }

    #[test]
    fn an_instructor_holds_their_courses_the_enrollments_in_them_and_no_money() {
        let scope = Scope::Instructor(UserId(id(1)));
        let known = known();
        assert_eq!(
            of(Collection::Courses, scope, &known),
            [
                (View::Whole, by("instructor", &[1])),
                (View::Whole, Filter::CatalogAnd(Vec::new())),
            ]
        );
        assert_eq!(
            of(Collection::Enrollments, scope, &known),
            [(View::Whole, by("course", &[11, 12]))]
        );
        assert_eq!(
            of(Collection::Users, scope, &known),
            [
                (View::Whole, Filter::Ids(vec![id(1).into()])),
                (View::Names, Filter::Ids(vec![id(31).into()])),
            ]
        );
        assert_eq!(
            of(Collection::Payments, scope, &known),
            [(View::Whole, Filter::Nothing)]
        );
        assert_eq!(
            slices_of(Source::Ledger, scope, &known)[0].filter,
            Filter::Nothing
        );
        let nothing_yet = Known::default();
        assert_eq!(
            of(Collection::Enrollments, scope, &nothing_yet),
            [(View::Whole, Filter::Nothing)]
        );
    }

    #[test]
    fn a_student_holds_their_own() {
        let scope = Scope::Student(UserId(id(1)));
        let known = known();
        for collection in [Collection::Enrollments, Collection::Payments] {
            assert_eq!(
                of(collection, scope, &known),
                [(View::Whole, by("user", &[1]))]
            );
        }
        assert_eq!(
            slices_of(Source::Ledger, scope, &known)[0].filter,
            by("user", &[1])
        );
        assert_eq!(
            slices_of(Source::Audit, scope, &known)[0].filter,
            by("actor.user", &[1])
        );
        assert_eq!(
            of(Collection::Courses, scope, &known),
            [(View::Whole, Filter::CatalogAnd(vec![id(21)]))]
        );
    }

    #[test]
    fn a_new_name_is_fetched_alone_and_a_new_course_of_ones_own_compares_the_enrollments() {
        let scope = Scope::Instructor(UserId(id(1)));
        let print = |source, known: &Known| {
            fingerprint(&slices_of(Source::Documents(source), scope, known))
        };
        let before = known();
        let mut after = known();
        after.named_people.push(id(99));
        assert_eq!(
            print(Collection::Users, &before),
            print(Collection::Users, &after)
        );
        assert!(
            named(&slices(scope, &after))[&Source::Documents(Collection::Users)]
                .contains(&id(99).into())
        );
        after.own_courses.push(id(13));
        assert_ne!(
            print(Collection::Enrollments, &before),
            print(Collection::Enrollments, &after)
        );
        assert_eq!(
            print(Collection::Courses, &before),
            print(Collection::Courses, &after)
        );
    }

    #[test]
    fn the_server_is_asked_to_explain_every_slice_there_can_be() {
        let person = UserId(id(1));
        let upto = |n: u8| Known {
            own_courses: (0..n).map(|n| id(10 + n)).collect(),
            enrolled_courses: (0..n).map(|n| id(20 + n)).collect(),
            named_people: (0..n).map(|n| id(30 + n)).collect(),
            people_here: (0..n).map(|n| id(40 + n)).collect(),
        };
        for scope in [
            Scope::Office,
            Scope::Finance,
            Scope::Instructor(person),
            Scope::Student(person),
        ] {
            for n in 0..3 {
                for slice in slices(scope, &upto(n)) {
                    assert!(
                        remote::monitor::is_explained(&slice),
                        "{scope}, {n}: {slice:?}"
                    );
                }
            }
        }
        let strange = Slice {
            source: Source::Ledger,
            filter: by("course", &[1]),
            view: View::Whole,
        };
        assert!(!remote::monitor::is_explained(&strange));
    }

    fn head(n: u8, rev: i64) -> Head {
        Head {
            id: Bson::ObjectId(id(n)),
            updated_at: None,
            rev,
            op: None,
            version: 0,
        }
    }

    #[test]
    fn heads_are_compared_in_step() {
        let server = [head(1, 1), head(3, 1), head(4, 2), head(6, 1)];
        let ours = [head(2, 1), head(3, 1), head(4, 1), head(5, 1)];
        let found = compare(&server, &ours);
        assert_eq!(found.fetch, [1, 4, 6].map(|n| Bson::ObjectId(id(n))));
        assert_eq!(found.gone, [2, 5].map(|n| Bson::ObjectId(id(n))));
        assert_eq!(compare(&[], &[]), Difference::default());
    }

    #[test]
    fn whoever_wrote_is_noticed_by_any_part_of_the_head() {
        let base = head(1, 1);
        let changed = [
            Head {
                rev: 2,
                ..base.clone()
            },
            Head {
                version: 1,
                ..base.clone()
            },
            Head {
                op: Some("x".to_owned()),
                ..base.clone()
            },
            Head {
                updated_at: Some(domain::Timestamp::from_millis(1)),
                ..base.clone()
            },
        ];
        for server in changed {
            assert_eq!(
                compare(&[server], std::slice::from_ref(&base)).fetch.len(),
                1
            );
        }
    }

    #[test]
    fn identifiers_sort_as_the_server_sorts_them() {
        let mut values = vec![
            Bson::ObjectId(id(2)),
            Bson::from("b"),
            Bson::Int32(10),
            Bson::ObjectId(id(1)),
            Bson::Double(9.5),
            Bson::from("a"),
            Bson::Int64(11),
        ];
        values.sort_by(by_id);
        assert_eq!(
            values,
            [
                Bson::Double(9.5),
                Bson::Int32(10),
                Bson::Int64(11),
                Bson::from("a"),
                Bson::from("b"),
                Bson::ObjectId(id(1)),
                Bson::ObjectId(id(2)),
            ]
        );
    }
}
