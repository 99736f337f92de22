//! Search while typing: every keystroke of many searches is one call.

use domain::{Actor, Role};
use workflows::{
    catalog::{
        self,
        dto::{CourseFilter, ListCourses},
    },
    dto::WindowDto,
    operations::{self, dto::SearchArgs},
    people::{
        self,
        dto::{ListPeople, PeopleFilter},
    },
};

use crate::{
    figures::{Outcome, Row, Samples, Table, measure},
    institution::Institution,
};

const GROUP: &str = "Search while typing, every keystroke";
const PAGE: WindowDto = WindowDto {
    offset: 0,
    limit: 50,
};
/// Searches typed.
const TEXTS: usize = 40;
/// Letters of each.
const LETTERS: usize = 9;
const PALETTE: u32 = 24;

/// Measures the list of people, the catalog of a student, and the palette.
pub(crate) fn measure_search(at: &Institution, table: &mut Table) -> Outcome {
    let people = at.students(500)?;
    let stride = (people.len() / TEXTS).max(1);
    let names: Vec<&str> = people
        .iter()
        .step_by(stride)
        .map(|person| person.name.as_str())
        .collect();
    let emails: Vec<&str> = people
        .iter()
        .step_by(stride)
        .map(|person| person.email.as_str())
        .collect();
    let courses = at.courses()?;
    let titles: Vec<&str> = courses
        .iter()
        .take(TEXTS)
        .map(|course| course.title.as_str())
        .collect();
    let student = people.first().ok_or("the institution has no student")?;
    let student = Actor {
        user: Some(student.id),
        name: student.name.clone(),
        role: Role::Student,
        device: at.workspace.device().clone(),
    };

    let in_people = |text: String| {
        let filter = PeopleFilter {
            text,
            ..PeopleFilter::default()
        };
        Ok(people::people_list(
            &at.desk(),
            &at.admin,
            ListPeople {
                filter,
                window: PAGE,
            },
        )?
        .rows
        .len())
    };
    let in_catalog = |text: String| {
        let filter = CourseFilter {
            text,
            ..CourseFilter::default()
        };
        Ok(catalog::courses_list(
            &at.desk(),
            &student,
            ListCourses {
                filter,
                window: PAGE,
            },
        )?
        .rows
        .len())
    };
    let anywhere = |text: String| {
        let args = SearchArgs {
            text,
            limit: PALETTE,
        };
        Ok(operations::search(&at.desk(), &at.admin, &args)?.len())
    };
    for (what, samples) in [
        (
            "people, names typed",
            typed(&keystrokes(&names), in_people)?,
        ),
        (
            "people, addresses typed",
            typed(&keystrokes(&emails), in_people)?,
        ),
        (
            "catalog, titles typed",
            typed(&keystrokes(&titles), in_catalog)?,
        ),
        (
            "palette, names typed",
            typed(&keystrokes(&names), anywhere)?,
        ),
        (
            "palette, titles typed",
            typed(&keystrokes(&titles), anywhere)?,
        ),
    ] {
        let row = Row::times(GROUP, what, &samples).at(at.enrollments);
        table.push(row.asked("p95 ≤ 20 ms", |row| row.worst() <= 20.0));
    }
    Ok(())
}

fn typed(texts: &[String], find: impl Fn(String) -> Outcome<usize>) -> Outcome<Samples> {
    if texts.is_empty() {
        return Err("there is nothing to type".into());
    }
    measure(texts.len(), |round| {
        find(texts[round % texts.len()].clone())
    })
}

/// What stands in the field after each letter.
fn keystrokes(texts: &[&str]) -> Vec<String> {
    texts
        .iter()
        .flat_map(|text| {
            (1..=LETTERS.min(text.chars().count()))
                .map(|letters| text.chars().take(letters).collect())
        })
        .collect()
}
