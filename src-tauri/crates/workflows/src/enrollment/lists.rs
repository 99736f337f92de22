//! The list of enrollments: administrators see all, instructors those of their courses, finance
//! without the students' learning.

use domain::{Actor, Refusal, Role, role::Permission};
use replica::{EnrollmentQuery, EnrollmentSort as By, Window};

use super::dto::{EnrollmentRowDto, EnrollmentSort, ListEnrollments};
use crate::{
    desk::Desk,
    dto::{CourseRef, PageOf, PersonRef, moment},
    error::WorkflowError,
    reporting::days,
};

/// A stretch of the enrollments that pass the filter.
pub fn enrollments_list(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ListEnrollments,
) -> Result<PageOf<EnrollmentRowDto>, WorkflowError> {
    actor.require(Permission::SeeEnrollments)?;
    let filter = args.filter;
    let period = days::period(filter.from.as_deref(), filter.to.as_deref())?;
    let mut query = EnrollmentQuery {
        text: Some(filter.text).filter(|text| !text.trim().is_empty()),
        statuses: filter.statuses,
        payment_statuses: filter.payment_statuses,
        user: id("user", filter.user.as_deref())?,
        course: id("course", filter.course.as_deref())?,
        sort: match filter.sort {
            EnrollmentSort::Enrolled => By::Enrolled,
            EnrollmentSort::Student => By::Student,
            EnrollmentSort::Course => By::Course,
            EnrollmentSort::Status => By::Status,
            EnrollmentSort::Progress => By::Progress,
        },
        descending: filter.descending,
        ..EnrollmentQuery::default()
    };
    if actor.role == Role::Instructor {
        query.instructor = actor.user;
    }
    let learning = actor.role != Role::Finance;
    let money = actor.role.may(Permission::SeePayments);
    desk.read(|reader| {
        (query.enrolled_from, query.enrolled_before) = days::moments(reader, period)?;
        let page = reader.enrollments(
            &query,
            Window::new(u64::from(args.window.offset), args.window.limit),
        )?;
        let rows = page
            .rows
            .into_iter()
            .map(|row| EnrollmentRowDto {
                id: row.id.to_hex(),
                student: PersonRef {
                    id: row.user.to_hex(),
                    name: row.user_name,
                },
                course: CourseRef {
                    id: row.course.to_hex(),
                    title: row.course_title,
                },
                status: row.status,
                enrolled_at: moment(row.enrolled_at),
                progress: learning.then_some(row.progress),
                final_score: row.final_score.filter(|_| learning),
                payment_status: (money && !row.amount.is_zero()).then_some(row.payment_status),
                amount: row.amount.into(),
                attempt: row.attempt,
                completed_at: row.completed_at.map(moment),
            })
            .collect();
        Ok(PageOf {
            rows,
            total: page.total.value,
            exact: page.total.exact,
        })
    })
}

/// An identifier to filter by; empty text filters by nothing.
pub(crate) fn id<T>(field: &str, text: Option<&str>) -> Result<Option<T>, Refusal>
where
    T: std::str::FromStr<Err = Refusal>,
{
    text.filter(|text| !text.trim().is_empty())
        .map(|text| {
            text.parse::<T>().map_err(|no| Refusal {
                field: Some(field.to_owned()),
                ..no
            })
        })
        .transpose()
}
