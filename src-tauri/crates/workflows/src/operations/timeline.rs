//! Timelines and the audit trail: what happened to a record, and in the workspace.

use std::collections::HashMap;

use bson::{Bson, Document, oid::ObjectId};
use domain::{
    Actor, Code, Collection, CourseId, DeviceId, EnrollmentId, PaymentId, Refusal, Role, UserId,
    audit::Subject, role::Permission,
};
use replica::{AuditQuery, AuditRow, Reader, Window};
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

/// What happened to a record, newest first, for those who may see the record.
pub fn timeline(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &TimelineArgs,
) -> Result<Vec<TimelineEntry>, WorkflowError> {
    let id = ObjectId::parse_str(&args.id).map_err(|_| Refusal::not_found("The record"))?;
    desk.read(|reader| {
        if !may_see(reader, actor, args.collection, id)? {
            return Err(Refusal::not_found("The record").into());
        }
        let before = args.before.and_then(|n| i64::try_from(n).ok());
        let rows = reader.timeline(args.collection, id, before, args.limit.clamp(1, MOST))?;
        entries(reader, rows)
    })
}

/// Whether the record's story is this person's to read.
fn may_see(
    reader: &Reader<'_>,
    actor: &Actor,
    collection: Collection,
    id: ObjectId,
) -> Result<bool, WorkflowError> {
    if actor.role == Role::Admin {
        return Ok(true);
    }
    Ok(match collection {
        Collection::Users => actor.is(UserId(id)),
        Collection::Courses => reader
            .course(CourseId(id))?
            .is_some_and(|course| actor.is(course.instructor)),
        Collection::Enrollments => match reader.enrollment(EnrollmentId(id))? {
            None => false,
            Some(enrollment) => match actor.role {
                Role::Student => actor.is(enrollment.user),
                Role::Finance => true,
                Role::Instructor => reader
                    .course(enrollment.course)?
                    .is_some_and(|course| actor.is(course.instructor)),
                Role::Admin => true,
            },
        },
        Collection::Payments => match reader.payment(PaymentId(id))? {
            None => false,
            Some(payment) => actor.role.may(Permission::SeePayments) || actor.is(payment.user),
        },
        Collection::Devices
        | Collection::Settings
        | Collection::Imports
        | Collection::Sessions
        | Collection::AuthTokens => false,
    })
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
            Ok(TimelineEntry {
                n: u64::try_from(row.n).unwrap_or(0),
                at: moment(event.at),
                actor: event.actor.name,
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
