//! What people at a desktop do, by the product's own rules where there is one.

use bson::{Bson, Document, doc};
use domain::{
    ChangeSet, Collection, CourseId, EnrollmentId, Offline, PaymentId, UserId,
    change::{Patch, get_at},
    course::Course,
    enrollment::EnrollmentStatus,
    ledger::Method,
    payment::Payment,
    rules::{
        enrolling::{self, Wish},
        paying::{self, Case, Cash},
        refunding::{self, Wanted},
    },
};

use crate::{
    desktop::Desktop,
    institution::{COURSES, STUDENTS, id},
};

/// How many kinds of things people do.
pub(crate) const KINDS: usize = 14;

/// Does the thing of that number, if it can be done. Its name, and whether it was done.
pub(crate) fn act(desktop: &Desktop, kind: usize) -> (&'static str, bool) {
    match kind {
        0 => (
            "edits a person's name",
            edit(desktop, Collection::Users, "name"),
        ),
        1 => (
            "edits a person's profile",
            edit(desktop, Collection::Users, "profile.bio"),
        ),
        2 => (
            "edits a course's title",
            edit(desktop, Collection::Courses, "title"),
        ),
        3 => ("edits a course's description", describe(desktop)),
        4 => ("edits a curriculum", curriculum(desktop)),
        5 | 6 => ("enrolls a student", enroll(desktop)),
        7 | 8 => ("receives cash", cash(desktop)),
        9 => ("refunds", refund(desktop)),
        10 => ("cancels an enrollment", cancel(desktop)),
        11 => ("adds a person", add_person(desktop)),
        12 => ("edits tags", tags(desktop)),
        _ => ("changes a price", price(desktop)),
    }
}

fn any(desktop: &Desktop, collection: Collection) -> Option<Document> {
    let numbers: &[u32] = match collection {
        Collection::Users => &STUDENTS,
        _ => &COURSES,
    };
    let n = *desktop.draw.one(numbers)?;
    desktop
        .replica()
        .read(|reader| reader.document(collection, id(n)))
        .unwrap()
}

fn patch(
    desktop: &Desktop,
    verb: &str,
    collection: Collection,
    document: &Document,
    patch: Patch,
) -> ChangeSet {
    let id = document.get_object_id("_id").unwrap();
    desktop
        .set(verb, collection, id)
        .patch(collection, id, patch)
}

fn edit(desktop: &Desktop, collection: Collection, field: &str) -> bool {
    let Some(document) = any(desktop, collection) else {
        return false;
    };
    let base = get_at(&document, field).cloned().unwrap_or(Bson::Null);
    let value = format!("{} {}", desktop.name, desktop.draw.upto(1000));
    let set = patch(
        desktop,
        "record.edited",
        collection,
        &document,
        Patch::new().set(field, base, value),
    );
    desktop.commit(&set)
}

fn describe(desktop: &Desktop) -> bool {
    let Some(document) = any(desktop, Collection::Courses) else {
        return false;
    };
    let base = document.get_str("description").unwrap_or("").to_owned();
    let mut sentences: Vec<String> = base.split(". ").map(str::to_owned).collect();
    let at = desktop.draw.upto(sentences.len());
    sentences[at] = format!("{} wrote {}", desktop.name, desktop.draw.upto(1000));
    let set = patch(
        desktop,
        "course.edited",
        Collection::Courses,
        &document,
        Patch::new().set("description", base, sentences.join(". ")),
    );
    desktop.commit(&set)
}

fn curriculum(desktop: &Desktop) -> bool {
    let Some(document) = any(desktop, Collection::Courses) else {
        return false;
    };
    let Some(Bson::Array(base)) = document.get("curriculum").cloned() else {
        return false;
    };
    let mut modules = base.clone();
    let kind = desktop.draw.upto(5);
    let at = desktop.draw.upto(modules.len());
    let Some(Bson::Document(module)) = modules.get_mut(at) else {
        return false;
    };
    match kind {
        0 => {
            module.insert("title", format!("{} {}", desktop.name, desktop.draw.upto(1000)));
        }
        1 => {
            if let Ok(lessons) = module.get_array_mut("lessons") {
                lessons.push(Bson::Document(doc! {
                    "_id": desktop.draw.object_id(), "title": format!("{} new", desktop.name), "type": "video", "isFree": false,
                }));
            }
        }
        2 => {
            if let Ok(lessons) = module.get_array_mut("lessons")
                && !lessons.is_empty()
            {
                let at = desktop.draw.upto(lessons.len());
                lessons.remove(at);
            }
        }
        3 => modules.reverse(),
        _ => modules.push(Bson::Document(doc! {
            "_id": desktop.draw.object_id(), "title": format!("{} added", desktop.name), "lessons": [],
        })),
    }
    let set = patch(
        desktop,
        "course.outlined",
        Collection::Courses,
        &document,
        Patch::new().set("curriculum", base, modules),
    );
    desktop.commit(&set)
}

fn tags(desktop: &Desktop) -> bool {
    let Some(document) = any(desktop, Collection::Courses) else {
        return false;
    };
    let base = match document.get("tags") {
        Some(Bson::Array(tags)) => tags.clone(),
        _ => Vec::new(),
    };
    let mut tags = base.clone();
    if tags.len() > 2 && desktop.draw.upto(2) == 0 {
        tags.remove(desktop.draw.upto(tags.len()));
    } else {
        tags.push(Bson::from(format!("tag{}", desktop.draw.upto(30))));
    }
    let set = patch(
        desktop,
        "course.tagged",
        Collection::Courses,
        &document,
        Patch::new().set("tags", base, tags),
    );
    desktop.commit(&set)
}

fn price(desktop: &Desktop) -> bool {
    let Some(document) = any(desktop, Collection::Courses) else {
        return false;
    };
    let base = document.get("price").cloned().unwrap_or(Bson::Null);
    let value = f64::from(u32::try_from(desktop.draw.upto(90)).unwrap() + 10);
    let mut set = patch(
        desktop,
        "course.priced",
        Collection::Courses,
        &document,
        Patch::new().set("price", base, value),
    );
    set.offline = Offline::OnlineOnly;
    desktop.commit(&set)
}

fn enroll(desktop: &Desktop) -> bool {
    let (Some(student), Some(course)) = (desktop.draw.one(&STUDENTS), desktop.draw.one(&COURSES))
    else {
        return false;
    };
    enroll_in(desktop, UserId(id(*student)), CourseId(id(*course)))
}

/// Enrolls this student in this course, unless that cannot be done.
pub(crate) fn enroll_in(desktop: &Desktop, student: UserId, course: CourseId) -> bool {
    let read = desktop
        .replica()
        .read(|reader| {
            Ok((
                reader.user(student)?,
                reader.course(course)?,
                reader.enrollment_of(student, course)?,
            ))
        })
        .unwrap();
    let (Some(student), Some(course), existing) = read else {
        return false;
    };
    let wish = Wish {
        student: &student,
        course: &course,
        existing: existing.as_ref(),
        method: Method::Cash,
        enrollment: EnrollmentId(desktop.draw.object_id()),
        payment: PaymentId(desktop.draw.object_id()),
    };
    match enrolling::enroll(&desktop.stamp(), &wish) {
        Ok(enrolled) => desktop.commit(&enrolled.change_set),
        Err(_) => false,
    }
}

/// A payment that satisfies, with what surrounds it.
fn payment(
    desktop: &Desktop,
    fits: impl Fn(&Payment) -> bool,
) -> Option<(
    Payment,
    Option<domain::enrollment::Enrollment>,
    Vec<Payment>,
    domain::ledger::SeriesTail,
)> {
    desktop
        .replica()
        .read(|reader| {
            let mut found = Vec::new();
            reader.every_payment(|payment| {
                if fits(&payment) {
                    found.push(payment);
                }
                Ok(())
            })?;
            let Some(payment) = desktop.draw.one(&found).cloned() else {
                return Ok(None);
            };
            let (enrollment, payments) = match payment.enrollment {
                Some(id) => (reader.enrollment(id)?, reader.payments_of_enrollment(id)?),
                None => (None, vec![payment.clone()]),
            };
            Ok(Some((
                payment,
                enrollment,
                payments,
                reader.series_tail(&desktop.name)?,
            )))
        })
        .unwrap()
}

pub(crate) fn cash(desktop: &Desktop) -> bool {
    let Some((payment, enrollment, payments, tail)) = payment(desktop, |p| {
        p.status == domain::payment::PaymentStatus::Pending
    }) else {
        return false;
    };
    let case = Case {
        payment: &payment,
        enrollment: enrollment.as_ref(),
        payments: &payments,
    };
    let Ok(counted) = payment.amount() else {
        return false;
    };
    let cash = Cash {
        counted,
        received_at: desktop.now(),
        note: None,
    };
    match paying::record_cash(&desktop.stamp(), &case, &cash, &tail) {
        Ok(set) => desktop.commit(&set),
        Err(_) => false,
    }
}

fn refund(desktop: &Desktop) -> bool {
    let Some((payment, enrollment, payments, tail)) = payment(desktop, |p| p.status.is_captured())
    else {
        return false;
    };
    let case = Case {
        payment: &payment,
        enrollment: enrollment.as_ref(),
        payments: &payments,
    };
    let Ok(available) = refunding::available(&payment) else {
        return false;
    };
    let mut amount = available;
    if desktop.draw.upto(2) == 0 {
        amount.minor = (amount.minor / 2).max(1);
    }
    let wanted = Wanted {
        amount,
        reason: "asked for",
        id: desktop.draw.object_id(),
        threshold_minor: 100_000,
    };
    match refunding::ask(&desktop.stamp(), &case, &wanted, &tail) {
        Ok(set) => desktop.commit(&set),
        Err(_) => false,
    }
}

fn cancel(desktop: &Desktop) -> bool {
    let found = desktop
        .replica()
        .read(|reader| {
            let mut found = Vec::new();
            reader.every_enrollment(|enrollment| {
                if matches!(
                    enrollment.status,
                    EnrollmentStatus::Pending | EnrollmentStatus::Active
                ) {
                    found.push(enrollment);
                }
                Ok(())
            })?;
            let Some(enrollment) = desktop.draw.one(&found).cloned() else {
                return Ok(None);
            };
            let payments = reader.payments_of_enrollment(enrollment.id)?;
            Ok(Some((enrollment, payments)))
        })
        .unwrap();
    let Some((enrollment, payments)) = found else {
        return false;
    };
    match enrolling::cancel(&desktop.stamp(), &enrollment, &payments, "moved away") {
        Ok(set) => desktop.commit(&set),
        Err(_) => false,
    }
}

fn add_person(desktop: &Desktop) -> bool {
    // Drawn in this order: a seed is the same schedule for ever.
    let (set, _) = desktop.newcomer(
        desktop.draw.object_id(),
        &format!("New {}", desktop.draw.upto(1000)),
        &format!("new{}@example.org", desktop.draw.upto(12)),
    );
    desktop.commit(&set)
}

/// A course, read back: what the rules write must stay readable whoever wrote beside them.
pub(crate) fn readable(document: &Document) -> bool {
    bson::deserialize_from_document::<Course>(document.clone()).is_ok()
}
