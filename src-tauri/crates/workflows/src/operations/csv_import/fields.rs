//! The fields a file can fill, and the headings they go by in other programs' files.

use crate::operations::dto::ImportKind;

/// A field, whether it must be filled, and what other programs call it (folded, punctuation as
/// spaces).
pub(super) struct Field {
    /// Its name in mappings: the document's own, flattened.
    pub name: &'static str,
    /// Must have a column.
    pub required: bool,
    /// Other headings, most telling first.
    pub aliases: &'static [&'static str],
}

const fn field(name: &'static str, required: bool, aliases: &'static [&'static str]) -> Field {
    Field {
        name,
        required,
        aliases,
    }
}

const PEOPLE: &[Field] = &[
    field(
        "name",
        true,
        &[
            "name",
            "full name",
            "display name",
            "student name",
            "student",
            "person",
            "learner name",
            "participant",
        ],
    ),
    field(
        "firstName",
        false,
        &[
            "first name",
            "given name",
            "forename",
            "firstname",
            "vorname",
            "prenom",
        ],
    ),
    field(
        "lastName",
        false,
        &[
            "last name",
            "surname",
            "family name",
            "lastname",
            "nachname",
            "nom",
        ],
    ),
    field(
        "email",
        true,
        &[
            "email",
            "e mail",
            "email address",
            "e mail address",
            "mail",
            "user email",
            "student email",
            "login",
        ],
    ),
    field(
        "role",
        false,
        &["role", "user role", "type", "user type", "kind"],
    ),
    field(
        "status",
        false,
        &["status", "account status", "state of account"],
    ),
    field(
        "phone",
        false,
        &[
            "phone",
            "telephone",
            "phone number",
            "mobile",
            "mobile number",
            "tel",
            "cell",
        ],
    ),
    field(
        "dateOfBirth",
        false,
        &["date of birth", "birth date", "birthday", "dob", "born"],
    ),
    field("gender", false, &["gender", "sex"]),
    field(
        "street",
        false,
        &[
            "street",
            "address",
            "street address",
            "address line 1",
            "address 1",
        ],
    ),
    field("city", false, &["city", "town", "place"]),
    field("state", false, &["state", "province", "region", "county"]),
    field("country", false, &["country", "nation"]),
    field(
        "zipCode",
        false,
        &[
            "zip code",
            "zip",
            "postcode",
            "postal code",
            "post code",
            "zipcode",
        ],
    ),
    field("bio", false, &["bio", "biography", "about"]),
    field(
        "website",
        false,
        &["website", "homepage", "url", "web site"],
    ),
    field("linkedin", false, &["linkedin"]),
    field("twitter", false, &["twitter"]),
    field("github", false, &["github"]),
    field("language", false, &["language", "locale", "lang"]),
    field("timezone", false, &["timezone", "time zone"]),
];

const COURSES: &[Field] = &[
    field(
        "title",
        true,
        &[
            "title",
            "course title",
            "course name",
            "name",
            "course",
            "coursename",
        ],
    ),
    field("slug", false, &["slug", "url slug", "short name"]),
    field(
        "description",
        false,
        &[
            "description",
            "summary",
            "short description",
            "course description",
            "abstract",
            "headline",
            "subtitle",
            "overview",
        ],
    ),
    field(
        "fullDescription",
        false,
        &[
            "full description",
            "long description",
            "details",
            "about",
            "syllabus",
        ],
    ),
    field(
        "category",
        false,
        &[
            "category",
            "subject",
            "subject area",
            "department",
            "topic",
            "field",
            "primary category",
        ],
    ),
    field(
        "subcategory",
        false,
        &["subcategory", "sub category", "primary subcategory"],
    ),
    field(
        "level",
        false,
        &[
            "level",
            "difficulty",
            "difficulty level",
            "instructional level",
            "course level",
            "grade",
        ],
    ),
    field(
        "price",
        false,
        &[
            "price",
            "fee",
            "cost",
            "amount",
            "tuition",
            "course fee",
            "list price",
            "course price",
        ],
    ),
    field(
        "originalPrice",
        false,
        &["original price", "regular price", "full price"],
    ),
    field("currency", false, &["currency", "currency code"]),
    field(
        "instructor",
        false,
        &[
            "instructor",
            "instructor email",
            "instructor e mail",
            "teacher",
            "teacher email",
            "tutor",
            "lecturer",
            "taught by",
        ],
    ),
    field("tags", false, &["tags", "keywords", "labels", "skills"]),
    field(
        "weeks",
        false,
        &["weeks", "duration weeks", "duration in weeks"],
    ),
    field(
        "hours",
        false,
        &[
            "hours",
            "duration hours",
            "duration in hours",
            "effort",
            "content duration",
        ],
    ),
    field("duration", false, &["duration", "length", "course length"]),
    field(
        "requirements",
        false,
        &["requirements", "prerequisites", "what you need"],
    ),
    field(
        "whatYouWillLearn",
        false,
        &[
            "what you will learn",
            "learning outcomes",
            "outcomes",
            "objectives",
            "learning objectives",
        ],
    ),
    field(
        "targetAudience",
        false,
        &["target audience", "audience", "who is it for", "for whom"],
    ),
    field(
        "thumbnail",
        false,
        &["thumbnail", "image", "picture", "cover", "image url"],
    ),
    field(
        "previewVideo",
        false,
        &["preview video", "video", "trailer"],
    ),
    field(
        "isPublic",
        false,
        &["is public", "public", "visible", "visibility"],
    ),
    field(
        "module",
        false,
        &[
            "module",
            "module title",
            "section",
            "chapter",
            "unit",
            "week title",
        ],
    ),
    field(
        "lesson",
        false,
        &[
            "lesson",
            "lesson title",
            "lecture",
            "lecture title",
            "activity",
        ],
    ),
    field(
        "lessonDuration",
        false,
        &[
            "lesson duration",
            "lecture duration",
            "lesson length",
            "minutes",
        ],
    ),
    field(
        "lessonType",
        false,
        &["lesson type", "lecture type", "activity type"],
    ),
    field(
        "lessonFree",
        false,
        &["lesson free", "is free", "free preview", "free"],
    ),
];

/// The fields of a kind.
pub(super) const fn fields(kind: ImportKind) -> &'static [Field] {
    match kind {
        ImportKind::People => PEOPLE,
        ImportKind::Courses => COURSES,
    }
}
