//! The first records of a file as they would be, for people to look at before they import it.

use super::{courses::CourseLine, people::PersonLine};

/// Records shown as they would be.
const PREVIEWED: usize = 10;

/// The first people as they would be: a line of fields, then a line a person.
pub(super) fn people(lines: &[PersonLine]) -> Vec<Vec<String>> {
    let head = [
        "name", "email", "role", "status", "phone", "city", "country",
    ]
    .map(str::to_owned)
    .to_vec();
    let rows = lines.iter().take(PREVIEWED).map(|line| {
        let told = &line.new.profile;
        vec![
            line.new.name.clone(),
            line.new.email.clone(),
            line.new.role.as_str().to_owned(),
            line.new.status.as_str().to_owned(),
            told.phone.clone().unwrap_or_default(),
            told.address.city.clone().unwrap_or_default(),
            told.address.country.clone().unwrap_or_default(),
        ]
    });
    std::iter::once(head).chain(rows).collect()
}

/// The first courses as they would be: a line of fields, then a line a course.
pub(super) fn courses(lines: &[CourseLine]) -> Vec<Vec<String>> {
    let head = [
        "title",
        "category",
        "subcategory",
        "level",
        "price",
        "tags",
        "lessons",
        "description",
    ]
    .map(str::to_owned)
    .to_vec();
    let rows = lines.iter().take(PREVIEWED).map(|line| {
        let course = &line.course;
        let price = course.price().ok().flatten().map(|price| price.to_string());
        vec![
            course.title.clone(),
            course
                .category
                .map(|category| category.as_str().to_owned())
                .unwrap_or_default(),
            course.subcategory.clone().unwrap_or_default(),
            course
                .level
                .map(|level| level.as_str().to_owned())
                .unwrap_or_default(),
            price.unwrap_or_default(),
            course.tags.join(", "),
            course.lesson_count().to_string(),
            course.description.clone(),
        ]
    });
    std::iter::once(head).chain(rows).collect()
}
