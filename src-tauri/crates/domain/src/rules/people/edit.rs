//! What differs between a person as they are and as a form has them: a patch field by field, each with
//! the value it was computed from.

use bson::{Bson, DateTime};

use crate::{
    change::Patch,
    user::{Preferences, Profile},
};

/// A patch under construction, and the names of the fields in it.
#[derive(Default)]
pub(super) struct Edit {
    pub(super) patch: Patch,
    pub(super) fields: Vec<String>,
}

impl Edit {
    fn value(&mut self, path: &str, old: Option<Bson>, new: Option<Bson>) {
        if old == new {
            return;
        }
        let base = old.unwrap_or(Bson::Null);
        let patch = std::mem::take(&mut self.patch);
        self.patch = match new {
            Some(new) => patch.set(path, base, new),
            None => {
                let mut patch = patch.unset(path);
                patch.base.insert(path.to_owned(), base);
                patch
            }
        };
        self.fields.push(path.to_owned());
    }

    pub(super) fn text(&mut self, path: &str, old: Option<&str>, new: Option<&str>) {
        self.value(path, old.map(Bson::from), new.map(Bson::from));
    }

    pub(super) fn flag(&mut self, path: &str, old: bool, new: bool) {
        self.value(path, Some(Bson::from(old)), Some(Bson::from(new)));
    }

    pub(super) fn profile(&mut self, old: &Profile, new: &Profile) {
        self.text("profile.phone", old.phone.as_deref(), new.phone.as_deref());
        let day = |moment: Option<DateTime>| moment.map(Bson::DateTime);
        self.value(
            "profile.dateOfBirth",
            day(old.date_of_birth),
            day(new.date_of_birth),
        );
        self.text(
            "profile.gender",
            old.gender.map(|g| g.as_str()),
            new.gender.map(|g| g.as_str()),
        );
        let (a, b) = (&old.address, &new.address);
        self.text(
            "profile.address.street",
            a.street.as_deref(),
            b.street.as_deref(),
        );
        self.text("profile.address.city", a.city.as_deref(), b.city.as_deref());
        self.text(
            "profile.address.state",
            a.state.as_deref(),
            b.state.as_deref(),
        );
        self.text(
            "profile.address.country",
            a.country.as_deref(),
            b.country.as_deref(),
        );
        self.text(
            "profile.address.zipCode",
            a.zip_code.as_deref(),
            b.zip_code.as_deref(),
        );
        self.text("profile.bio", old.bio.as_deref(), new.bio.as_deref());
        self.text(
            "profile.avatar",
            old.avatar.as_deref(),
            new.avatar.as_deref(),
        );
        self.text(
            "profile.website",
            old.website.as_deref(),
            new.website.as_deref(),
        );
        let (a, b) = (&old.social_links, &new.social_links);
        self.text(
            "profile.socialLinks.linkedin",
            a.linkedin.as_deref(),
            b.linkedin.as_deref(),
        );
        self.text(
            "profile.socialLinks.twitter",
            a.twitter.as_deref(),
            b.twitter.as_deref(),
        );
        self.text(
            "profile.socialLinks.github",
            a.github.as_deref(),
            b.github.as_deref(),
        );
    }

    pub(super) fn preferences(&mut self, old: &Preferences, new: &Preferences) {
        self.flag(
            "preferences.emailNotifications",
            old.email_notifications,
            new.email_notifications,
        );
        self.flag(
            "preferences.smsNotifications",
            old.sms_notifications,
            new.sms_notifications,
        );
        self.flag(
            "preferences.marketingEmails",
            old.marketing_emails,
            new.marketing_emails,
        );
        self.text(
            "preferences.language",
            Some(&old.language),
            Some(&new.language),
        );
        self.text(
            "preferences.timezone",
            Some(&old.timezone),
            Some(&new.timezone),
        );
    }
}
