//! The list of courses, as each role sees it.

use domain::{Actor, Refusal, Role, UserId, course::CourseStatus, role::Permission};
use replica::{CourseQuery, CourseRow, CourseSort as Sorted, Window};

use super::dto::{CourseFilter, CourseRowDto, CourseSort, ListCourses};
use crate::{
    desk::Desk,
    dto::{PageOf, PersonRef, moment},
    error::WorkflowError,
};

/// A stretch of the catalog: administrators see all of it, instructors their own courses and what is
/// published and public, finance what is published, students what is published and public.
pub fn courses_list(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ListCourses,
) -> Result<PageOf<CourseRowDto>, WorkflowError> {
    actor.require(Permission::SeeCatalog)?;
    let window = Window::new(u64::from(args.window.offset), args.window.limit);
    let Some(query) = query(&args.filter, actor)? else {
        return Ok(PageOf {
            rows: Vec::new(),
            total: 0,
            exact: true,
        });
    };
    let page = desk.read(|reader| Ok(reader.courses(&query, window)?))?;
    Ok(PageOf {
        rows: page.rows.into_iter().map(row).collect(),
        total: page.total.value,
        exact: page.total.exact,
    })
}

/// The query a filter stands for, within what the person may see. None: nothing of what is asked for.
fn query(filter: &CourseFilter, actor: &Actor) -> Result<Option<CourseQuery>, Refusal> {
    let text = filter.text.trim();
    let instructor = filter
        .instructor
        .as_deref()
        .map(|id| {
            id.parse::<UserId>()
                .map_err(|_| Refusal::not_found("The instructor"))
        })
        .transpose()?;
    let mut query = CourseQuery {
        text: (!text.is_empty()).then(|| text.to_owned()),
        categories: filter.categories.clone(),
        levels: filter.levels.clone(),
        statuses: filter.statuses.clone(),
        instructor,
        currency: filter.currency,
        price_min: filter.price_min,
        price_max: filter.price_max,
        sort: match filter.sort {
            CourseSort::Title => Sorted::Title,
            CourseSort::Category => Sorted::Category,
            CourseSort::Price => Sorted::Price,
            CourseSort::Status => Sorted::Status,
            CourseSort::Enrollments => Sorted::Enrollments,
            CourseSort::Rating => Sorted::Rating,
            CourseSort::Created => Sorted::Created,
            CourseSort::Instructor => Sorted::Instructor,
        },
        descending: filter.descending,
        ..CourseQuery::default()
    };
    match actor.role {
        Role::Admin => {}
        Role::Instructor => match actor.user {
            Some(me) if instructor == Some(me) => {}
            me => query.open_to = me,
        },
        Role::Finance | Role::Student => {
            if !query.statuses.is_empty() && !query.statuses.contains(&CourseStatus::Published) {
                return Ok(None);
            }
            query.statuses = vec![CourseStatus::Published];
            query.public_only = actor.role == Role::Student;
        }
    }
    Ok(Some(query))
}

fn row(row: CourseRow) -> CourseRowDto {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    CourseRowDto {
        id: row.id.to_hex(),
        title: row.title,
        category: row.category,
        level: row.level,
        status: row.status,
        is_public: row.is_public,
        price: row.price.map(Into::into),
        instructor: PersonRef {
            id: row.instructor.to_hex(),
            name: row.instructor_name,
        },
        total_lessons: count(row.total_lessons),
        enrollments: row.enrollments,
        rating_average: row.rating_average,
        rating_count: count(row.rating_count),
        published_at: row.published_at.map(moment),
        created_at: moment(row.created_at),
    }
}
