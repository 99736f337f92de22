//! A student's courses, grades and certificates. Each command unpacks, calls the workflow of its name and converts; the rules are below.

#[allow(clippy::wildcard_imports)]
use workflows::{dto::*, enrollment::dto::EnrollmentDetail, learning::dto::*};

use super::{commands, saving_commands};

commands! { learning:
    my_courses(Nothing) -> Vec<LearningCard>;
    learning(ById) -> LearningView;
    lesson_open(LessonArgs) -> LearningView;
    lesson_complete(LessonArgs) -> LearningView;
    note_add(AddNote) -> LearningView;
    note_remove(RemoveNote) -> LearningView;
    review_save(SaveReview) -> LearningView;
    result_record(RecordResult) -> EnrollmentDetail;
    certificate(ById) -> CertificateDto;
    certificate_revoke(ByIdRevReason) -> EnrollmentDetail;
    certificate_check(ById) -> CertificateCheck;
}

saving_commands! { learning:
    certificate_save(ById) -> SavedFile;
}
