//! Timelines and the audit trail: what happened to a record, and in the workspace.

use std::collections::HashMap;

use bson::{Bson, Document, oid::ObjectId};
use domain::{
    Actor, Code, Collection, CourseId, DeviceId, EnrollmentId, PaymentId, Refusal, Role, UserId,
    audit::Subject, role::Permission,
};
use replica::{Areas, AuditQuery, AuditRow, Reader, Window};
use serde_json::{Map, Value};

use super::dto::ListAudit;
use crate::{
    desk::Desk,
    dto::{PageOf, RecordRef, TimelineArgs, TimelineEntry, moment},
    error::WorkflowError,
    reporting::days,
};

/// Most lines an answer has.
const MOST: u32 = 200;
/// Characters searched for at most.
const TEXT_MAX: usize = 200;

/// What happened to a record, newest first, for those who may see the record, and as much of it as they
/// may know.
pub fn timeline(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &TimelineArgs,
) -> Result<Vec<TimelineEntry>, WorkflowError> {
    let id = ObjectId::parse_str(&args.id).map_err(|_| Refusal::not_found("The record"))?;
    desk.read(|reader| {
        let sight = sight(reader, actor, args.collection, id)?
            .ok_or_else(|| Refusal::not_found("The record"))?;
        let before = args.before.and_then(|n| i64::try_from(n).ok());
        let limit = args.limit.clamp(1, MOST);
        let rows = reader.timeline_of(args.collection, id, sight.areas(), before, limit)?;
        let mut told = entries(reader, rows)?;
        for entry in &mut told {
            sight.narrow(entry);
        }
        Ok(told)
    })
}

/// Areas of money.
const MONEY: &[&str] = &["payment", "refund"];
/// What those who keep the books are told of an enrollment.
const BOOKS: &[&str] = &["enrollment", "payment", "refund"];
/// Figures of payments in the details of other deeds.
const FIGURES: [&str; 11] = [
    "amountMinor",
    "currency",
    "method",
    "receipt",
    "reference",
    "free",
    "keptMinor",
    "refundedMinor",
    "thresholdMinor",
    "earlierMinor",
    "cancelledPayments",
];

/// How much of a record's story somebody is told.
#[derive(Clone, Copy, Debug)]
struct Sight {
    /// What was paid, how, and how much.
    money: bool,
    /// How somebody learns.
    learning: bool,
}

impl Sight {
    /// Of one's own record, everything; of others', what the role has to do with.
    fn of(actor: &Actor, own: bool) -> Self {
        Self {
            money: own || actor.role.may(Permission::SeePayments),
            learning: own || actor.role != Role::Finance,
        }
    }

    const fn areas(self) -> Areas<'static> {
        match (self.money, self.learning) {
            (true, true) => Areas::All,
            (true, false) => Areas::Only(BOOKS),
            (false, _) => Areas::Without(MONEY),
        }
    }

    /// Takes out of a line what is not this person's to know.
    fn narrow(self, entry: &mut TimelineEntry) {
        // The price of a course is in the catalog for everybody to see.
        let priced = entry.verb.starts_with("course.");
        let finished = entry.verb == "enrollment.completed";
        if let Value::Object(detail) = &mut entry.detail {
            detail.retain(|key, _| {
                (self.money || priced || !FIGURES.contains(&key.as_str()))
                    // What completed it is told there too, with everything it says of itself.
                    && (self.learning || !finished || key == "course")
            });
        }
        if !self.money {
            // A payment's name is its receipt's number.
            entry
                .subjects
                .retain(|subject| subject.collection != Collection::Payments);
        }
    }
}

/// What of the record's story is this person's to read; none where nothing is.
fn sight(
    reader: &Reader<'_>,
    actor: &Actor,
    collection: Collection,
    id: ObjectId,
) -> Result<Option<Sight>, WorkflowError> {
    if actor.role == Role::Admin {
        return Ok(Some(Sight::of(actor, true)));
    }
    let (seen, own) = match collection {
        Collection::Users => (actor.is(UserId(id)), true),
        Collection::Courses => {
            let course = reader.course(CourseId(id))?;
            (
                course.is_some_and(|course| actor.is(course.instructor)),
                false,
            )
        }
        Collection::Enrollments => match reader.enrollment(EnrollmentId(id))? {
            None => (false, false),
            Some(enrollment) => {
                let own = actor.is(enrollment.user);
                let duty = match actor.role {
                    Role::Finance | Role::Admin => true,
                    Role::Student => false,
                    Role::Instructor => reader
                        .course(enrollment.course)?
                        .is_some_and(|course| actor.is(course.instructor)),
                };
                (own && actor.role == Role::Student || duty, own)
            }
        },
        Collection::Payments => match reader.payment(PaymentId(id))? {
            None => (false, false),
            Some(payment) => {
                let own = actor.is(payment.user);
                (own || actor.role.may(Permission::SeePayments), own)
            }
        },
        Collection::Devices
        | Collection::Settings
        | Collection::Imports
        | Collection::Sessions
        | Collection::AuthTokens => (false, false),
    };
    Ok(seen.then(|| Sight::of(actor, own)))
}

/// The audit trail, newest first.
pub fn audit_list(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ListAudit,
) -> Result<PageOf<TimelineEntry>, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let period = days::period(args.filter.from.as_deref(), args.filter.to.as_deref())?;
    let by = args
        .filter
        .actor
        .as_deref()
        .filter(|text| !text.is_empty())
        .map(str::parse::<UserId>)
        .transpose()?;
    let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let device = filled(&args.filter.device)
        .map(|name| DeviceId::new(name.trim().to_uppercase()))
        .transpose()?;
    let text = filled(&args.filter.text).map(|text| text.trim().to_owned());
    if text
        .as_ref()
        .is_some_and(|text| text.chars().count() > TEXT_MAX)
    {
        return Err(Refusal::field(
            Code::TooLong,
            "text",
            format!("A search has at most {TEXT_MAX} characters."),
        )
        .into());
    }
    desk.read(|reader| {
        let (from, before) = days::moments(reader, period)?;
        let query = AuditQuery {
            actor: by,
            verb: args.filter.area.clone().filter(|area| !area.is_empty()),
            from,
            before,
            device: device.clone(),
            text: text.clone(),
            ..AuditQuery::default()
        };
        let page = reader.audit(
            &query,
            Window::new(u64::from(args.window.offset), args.window.limit),
        )?;
        Ok(PageOf {
            rows: entries(reader, page.rows)?,
            total: page.total.value,
            exact: page.total.exact,
        })
    })
}

/// Rows of the trail as lines, with the names of what they are about.
pub(crate) fn entries(
    reader: &Reader<'_>,
    rows: Vec<AuditRow>,
) -> Result<Vec<TimelineEntry>, WorkflowError> {
    let mut names: HashMap<(Collection, ObjectId), Option<String>> = HashMap::new();
    rows.into_iter()
        .map(|row| {
            let event = row.event;
            let (number, hash) = event.chain.map(|seal| (seal.number, seal.hash)).unzip();
            let mut subjects = Vec::new();
            // An import is about everything it made; a line names the first few.
            for Subject { collection, id } in event.deed.subjects.iter().take(8).copied() {
                let label = match names.get(&(collection, id)) {
                    Some(known) => known.clone(),
                    None => {
                        let found = reader.called(collection, id)?;
                        names.insert((collection, id), found.clone());
                        found
                    }
                };
                subjects.push(RecordRef {
                    collection,
                    id: id.to_hex(),
                    label,
                });
            }
            // The name goes with the words when somebody the row is about is erased; who acted may still be here.
            let mut actor = event.actor.name;
            if let (true, Some(user)) = (actor.is_empty(), event.actor.user) {
                actor = reader
                    .called(Collection::Users, user.0)?
                    .unwrap_or_default();
            }
            Ok(TimelineEntry {
                n: u64::try_from(row.n).unwrap_or(0),
                at: moment(event.at),
                actor,
                actor_id: event.actor.user.map(UserId::to_hex),
                role: event.actor.role,
                device: event.actor.device.to_string(),
                verb: event.deed.verb,
                detail: plain_document(event.deed.detail),
                subjects,
                number,
                hash,
            })
        })
        .collect()
}

/// A document as plain JSON: moments as RFC 3339 text, identifiers as hexadecimal text.
pub(crate) fn plain_document(document: Document) -> Value {
    Value::Object(
        document
            .into_iter()
            .map(|(key, value)| (key, plain(value)))
            .collect::<Map<_, _>>(),
    )
}

pub(crate) fn plain(value: Bson) -> Value {
    match value {
        Bson::DateTime(at) => Value::String(moment(at)),
        Bson::ObjectId(id) => Value::String(id.to_hex()),
        Bson::Int32(n) => n.into(),
        Bson::Int64(n) => n.into(),
        Bson::Double(d) => serde_json::Number::from_f64(d).map_or(Value::Null, Value::Number),
        Bson::Boolean(flag) => flag.into(),
        Bson::String(text) => Value::String(text),
        Bson::Array(values) => values.into_iter().map(plain).collect(),
        Bson::Document(inner) => plain_document(inner),
        Bson::Null | Bson::Undefined => Value::Null,
        other => Value::String(other.to_string()),
    }
}
