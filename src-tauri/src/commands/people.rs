//! People, for administrators. Each command unpacks, calls the workflow of its name and converts; the rules are below.

#[allow(clippy::wildcard_imports)]
use workflows::{dto::*, people::dto::*};

use super::{commands, saving_commands};

commands! { people:
    people_list(ListPeople) -> PageOf<PersonRowDto>;
    person(ById) -> PersonDetail;
    person_create(CreatePerson) -> PersonDetail;
    person_update(UpdatePerson) -> PersonDetail;
    people_set_status(SetPeopleStatus) -> ManyOutcome;
    person_set_role(SetPersonRole) -> PersonDetail;
    person_unlock(ById) -> PersonDetail;
    person_set_password(SetPersonPassword) -> PersonDetail;
    person_erase(&ErasePerson) -> PersonDetail;
    instructors(Nothing) -> Vec<PersonRef>;
}

saving_commands! { people:
    personal_data_save(&PersonalDataOf) -> PersonalDataFiles;
}
