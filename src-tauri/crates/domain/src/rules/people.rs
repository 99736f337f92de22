//! What may be written about a person, and what an administrator may do with an account: make one,
//! change it, open and close it, change its role, unlock it, set a password.
//!
//! Limits and patterns are the seed schema's `User` (name, e-mail, phone, biography, the words of the
//! lists); the others are ours, so that no field takes text without end. Hashes come in ready-made;
//! nothing here sees a password.

use bson::{Bson, DateTime, oid::ObjectId};
use email_address::{EmailAddress, Options};
use jiff::{civil::Date, tz::TimeZoneDatabase};

use crate::{
    Timestamp,
    audit::Deed,
    change::{ChangeSet, Collection, Guard, Offline, Patch},
    error::{Code, Refusal},
    ids::UserId,
    role::Role,
    rules::Stamp,
    user::{Address, Preferences, Profile, SocialLinks, User, UserStatus},
};

/// Longest name (seed schema).
pub const NAME_MAX: usize = 100;
/// Longest biography (seed schema).
pub const BIO_MAX: usize = 500;
/// Longest e-mail address (RFC 5321).
pub const EMAIL_MAX: usize = 254;
/// Longest phone number, with its spaces.
pub const PHONE_MAX: usize = 40;
/// Longest line of an address.
pub const ADDRESS_MAX: usize = 200;
/// Longest URL.
pub const URL_MAX: usize = 2_048;
/// Longest reason.
pub const REASON_MAX: usize = 500;
/// Nobody alive was born before this year.
pub const FIRST_YEAR: i16 = 1880;

/// A name: trimmed, 1 to 100 characters, on one line.
pub fn name(text: &str) -> Result<String, Refusal> {
    one_line("name", "The name", text, NAME_MAX)?
        .ok_or_else(|| Refusal::field(Code::Required, "name", "A name is needed."))
}

/// An e-mail address: as the `email_address` crate has it, with a domain that has a dot; lower case.
pub fn email(text: &str) -> Result<String, Refusal> {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return Err(Refusal::field(Code::Required, "email", "An e-mail address is needed."));
    }
    if text.len() > EMAIL_MAX {
        return Err(too_long("email", "The e-mail address", EMAIL_MAX));
    }
    let options =
        Options::default().with_required_tld().without_display_text().without_domain_literal();
    if text.chars().any(char::is_control) || EmailAddress::parse_with_options(&text, options).is_err()
    {
        return Err(Refusal::field(
            Code::Invalid,
            "email",
            "This is not an e-mail address. It looks like name@example.org.",
        ));
    }
    Ok(text)
}

/// A phone number by the seed schema's pattern `^\+?[\d\s\-()]+$`; none where it is empty.
pub fn phone(text: &str) -> Result<Option<String>, Refusal> {
    let field = "profile.phone";
    let Some(text) = one_line(field, "The phone number", text, PHONE_MAX)? else {
        return Ok(None);
    };
    let rest = text.strip_prefix('+').unwrap_or(&text);
    let fits = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '-' | '(' | ')');
    if rest.is_empty() || !rest.chars().all(fits) {
        return Err(Refusal::field(
            Code::Invalid,
            field,
            "A phone number has digits, spaces, hyphens and parentheses, perhaps with a + in front.",
        ));
    }
    Ok(Some(text))
}

/// A day of birth written `YYYY-MM-DD`, before the day of `now` (UTC); midnight UTC of that day.
pub fn date_of_birth(text: &str, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |message: &str| Refusal::field(Code::Invalid, "profile.dateOfBirth", message);
    let shape = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let day: Date = Some(text)
        .filter(|_| shape)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| wrong("The date of birth is a real day, written YYYY-MM-DD."))?;
    let midnight = day
        .in_tz("UTC")
        .map(|zoned| Timestamp::from_millis(zoned.timestamp().as_millisecond()))
        .map_err(|_| wrong("The date of birth is a real day, written YYYY-MM-DD."))?;
    check_birth(midnight, now)?;
    Ok(Some(midnight))
}

fn check_birth(midnight: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let wrong = |message: String| Refusal::field(Code::Invalid, "profile.dateOfBirth", message);
    let today = now.timestamp_millis().div_euclid(DAY);
    if midnight.timestamp_millis().div_euclid(DAY) >= today {
        return Err(wrong("The date of birth must be in the past.".to_owned()));
    }
    let year = jiff::Timestamp::from_millisecond(midnight.timestamp_millis())
        .map(|moment| moment.to_zoned(jiff::tz::TimeZone::UTC).year())
        .map_err(|_| wrong("The date of birth is out of range.".to_owned()))?;
    if year < FIRST_YEAR {
        return Err(wrong(format!("The date of birth cannot be before {FIRST_YEAR}.")));
    }
    Ok(())
}

/// A web address that begins with http:// or https:// and names a host; none where it is empty.
pub fn url(field: &str, text: &str) -> Result<Option<String>, Refusal> {
    let Some(text) = one_line(field, "The web address", text, URL_MAX)? else {
        return Ok(None);
    };
    let rest = ["http://", "https://"].into_iter().find_map(|scheme| {
        let head = text.get(..scheme.len())?;
        if head.eq_ignore_ascii_case(scheme) { text.get(scheme.len()..) } else { None }
    });
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let sound = host.is_some_and(|host| !host.is_empty() && !host.starts_with([':', '.', '@']))
        && !text.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\\'));
    if sound {
        Ok(Some(text))
    } else {
        Err(Refusal::field(
            Code::Invalid,
            field,
            "A web address begins with https:// or http:// and has no spaces.",
        ))
    }
}

/// An account elsewhere: a web address, or a bare handle (`@name`); none where it is empty.
fn handle(field: &str, text: &str) -> Result<Option<String>, Refusal> {
    let trimmed = text.trim();
    let bare = trimmed.strip_prefix('@').unwrap_or(trimmed);
    let is_handle = !bare.is_empty()
        && bare.len() <= 100
        && bare.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if is_handle { Ok(Some(trimmed.to_owned())) } else { url(field, text) }
}

/// A time zone by its IANA name, spelt as the database spells it.
pub fn timezone(field: &str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let known = if text.eq_ignore_ascii_case("utc") {
        Some("UTC".to_owned())
    } else {
        TimeZoneDatabase::bundled()
            .get(text)
            .ok()
            .and_then(|zone| zone.iana_name().map(str::to_owned))
    };
    known.ok_or_else(|| {
        Refusal::field(
            Code::Invalid,
            field,
            "This is not a time zone. Use a name like Europe/London or Asia/Dhaka.",
        )
    })
}

/// A BCP 47 language tag in its simple form: `en`, `pt-BR`, `zh-Hant-TW`.
pub fn language(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let sound = (2..=3).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|p| (2..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
        && text.len() <= 35;
    if sound {
        Ok(text.to_owned())
    } else {
        Err(Refusal::field(
            Code::Invalid,
            "preferences.language",
            "This is not a language. Use a tag like en, de or pt-BR.",
        ))
    }
}

/// A reason in the person's words; required where `needed`.
pub fn reason(text: Option<&str>, needed: bool) -> Result<Option<String>, Refusal> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    match text {
        Some(text) if text.chars().count() > REASON_MAX => {
            Err(too_long("reason", "The reason", REASON_MAX))
        }
        Some(text) => Ok(Some(text.to_owned())),
        None if needed => Err(Refusal::field(Code::Required, "reason", "A reason is needed.")),
        None => Ok(None),
    }
}

/// What a person tells about themselves, checked field by field: texts trimmed, empty ones away.
/// Fields of other programs pass unchanged.
pub fn profile(told: &Profile, now: Timestamp) -> Result<Profile, Refusal> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let line = |field: &str, name: &str, value: &Option<String>| {
        one_line(field, name, &text(value), ADDRESS_MAX)
    };
    if let Some(born) = told.date_of_birth {
        check_birth(born, now)?;
    }
    Ok(Profile {
        phone: phone(&text(&told.phone))?,
        date_of_birth: told.date_of_birth,
        gender: told.gender,
        address: Address {
            street: line("profile.street", "The street", &told.address.street)?,
            city: line("profile.city", "The city", &told.address.city)?,
            state: line("profile.state", "The state", &told.address.state)?,
            country: line("profile.country", "The country", &told.address.country)?,
            zip_code: line("profile.zipCode", "The postal code", &told.address.zip_code)?,
            extra: told.address.extra.clone(),
        },
        bio: bio(&text(&told.bio))?,
        avatar: url("profile.avatar", &text(&told.avatar))?,
        website: url("profile.website", &text(&told.website))?,
        social_links: SocialLinks {
            linkedin: handle("profile.linkedin", &text(&told.social_links.linkedin))?,
            twitter: handle("profile.twitter", &text(&told.social_links.twitter))?,
            github: handle("profile.github", &text(&told.social_links.github))?,
            extra: told.social_links.extra.clone(),
        },
        extra: told.extra.clone(),
    })
}

/// A biography: at most 500 characters, several lines allowed.
pub fn bio(text: &str) -> Result<Option<String>, Refusal> {
    let text = text.trim();
    if text.chars().count() > BIO_MAX {
        return Err(too_long("profile.bio", "The biography", BIO_MAX));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(unprintable("profile.bio", "The biography"));
    }
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

/// How a person wants to be spoken to, checked.
pub fn preferences(told: &Preferences) -> Result<Preferences, Refusal> {
    Ok(Preferences {
        language: language(&told.language)?,
        timezone: timezone("preferences.timezone", &told.timezone)?,
        ..told.clone()
    })
}

fn one_line(field: &str, what: &str, text: &str, max: usize) -> Result<Option<String>, Refusal> {
    let text = text.trim();
    if text.chars().count() > max {
        return Err(too_long(field, what, max));
    }
    if text.chars().any(char::is_control) {
        return Err(unprintable(field, what));
    }
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

fn too_long(field: &str, what: &str, max: usize) -> Refusal {
    Refusal::field(Code::TooLong, field, format!("{what} has more than {max} characters."))
}

fn unprintable(field: &str, what: &str) -> Refusal {
    Refusal::field(Code::Invalid, field, format!("{what} contains characters that cannot be shown."))
}

/// A new person, as an administrator or an import gives it.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Fresh identifier.
    pub id: UserId,
    /// As typed.
    pub name: String,
    /// As typed.
    pub email: String,
    /// The address is proved.
    pub email_verified: bool,
    /// What they are.
    pub role: Role,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// Hash of a first password, if one is handed over.
    pub password_hash: Option<String>,
    /// About them.
    pub profile: Profile,
    /// Wishes.
    pub preferences: Preferences,
}

/// Makes an account. That the address is free is guarded.
pub fn create(stamp: &Stamp, new: NewPerson) -> Result<(ChangeSet, User), Refusal> {
    let mut user = User::new(new.id, name(&new.name)?, email(&new.email)?, new.role, stamp.at);
    user.profile = profile(&new.profile, stamp.at)?;
    user.preferences = preferences(&new.preferences)?;
    user.status = new.status;
    user.email_verified = new.email_verified;
    user.password = new.password_hash;
    let document = document(&user)?;
    let deed = Deed::new("person.created", Collection::Users, user.id)
        .with("name", user.name.as_str())
        .with("email", user.email.as_str())
        .with("role", user.role.as_str());
    let set = stamp
        .change_set(deed, Offline::Queue)
        .insert(Collection::Users, document)
        .guard(unique_email(&user.email));
    Ok((set, user))
}

fn document(user: &User) -> Result<bson::Document, Refusal> {
    bson::serialize_to_document(user).map_err(|error| {
        Refusal::new(Code::Invalid, format!("The account cannot be written down: {error}"))
    })
}

fn unique_email(email: &str) -> Guard {
    Guard::Unique {
        collection: Collection::Users,
        values: [("email".to_owned(), Bson::from(email))].into(),
        field: "email".to_owned(),
    }
}

/// Refuses unless the person is still as they were read.
pub fn unchanged(user: &User, rev: i64) -> Result<(), Refusal> {
    if user.rev() == rev {
        Ok(())
    } else {
        Err(Refusal::new(
            Code::Stale,
            format!("Somebody changed {} in the meantime. Load it again, then repeat your change.", user.name),
        ))
    }
}

/// What a form says about a person. `email`, `email_verified` and `preferences` are none where the form does not have
/// them (one's own profile has no e-mail, an administrator's form no wishes).
#[derive(Clone, Debug)]
pub struct Edited {
    /// As typed.
    pub name: String,
    /// As typed.
    pub email: Option<String>,
    /// The address is proved.
    pub email_verified: Option<bool>,
    /// About them.
    pub profile: Profile,
    /// Wishes.
    pub preferences: Option<Preferences>,
}

/// Changes what differs, field by field, each with the value it was computed from. None when nothing
/// differs. The account must be at revision `rev`.
pub fn update(
    stamp: &Stamp,
    user: &User,
    rev: i64,
    edited: &Edited,
) -> Result<Option<ChangeSet>, Refusal> {
    unchanged(user, rev)?;
    let mut edit = Edit::default();
    edit.text("name", Some(&user.name), Some(&name(&edited.name)?));
    let mut moved = None;
    if let Some(address) = &edited.email {
        let address = email(address)?;
        edit.text("email", Some(&user.email), Some(&address));
        moved = Some(address).filter(|address| *address != user.email);
    }
    if let Some(verified) = edited.email_verified {
        edit.flag("emailVerified", user.email_verified, verified);
    }
    edit.profile(&user.profile, &profile(&edited.profile, stamp.at)?);
    if let Some(wishes) = &edited.preferences {
        edit.preferences(&user.preferences, &preferences(wishes)?);
    }
    let Edit { patch, fields } = edit;
    if patch.is_empty() {
        return Ok(None);
    }
    let mut deed = Deed::new("person.updated", Collection::Users, user.id)
        .with("name", user.name.as_str())
        .with("fields", fields.into_iter().map(Bson::from).collect::<Vec<_>>());
    if let Some(address) = &moved {
        deed = deed.with("from", user.email.as_str()).with("to", address.as_str());
    }
    let mut set = stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Users, user.id, patch.put("updatedAt", stamp.at))
        .at_revision(Collection::Users, user.id, rev);
    if let Some(address) = &moved {
        set = set.guard(unique_email(address));
    }
    Ok(Some(set))
}

/// A patch under construction, and the names of the fields in it.
#[derive(Default)]
struct Edit {
    patch: Patch,
    fields: Vec<String>,
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

    fn text(&mut self, path: &str, old: Option<&str>, new: Option<&str>) {
        self.value(path, old.map(Bson::from), new.map(Bson::from));
    }

    fn flag(&mut self, path: &str, old: bool, new: bool) {
        self.value(path, Some(Bson::from(old)), Some(Bson::from(new)));
    }

    fn profile(&mut self, old: &Profile, new: &Profile) {
        self.text("profile.phone", old.phone.as_deref(), new.phone.as_deref());
        let day = |moment: Option<DateTime>| moment.map(Bson::DateTime);
        self.value("profile.dateOfBirth", day(old.date_of_birth), day(new.date_of_birth));
        self.text("profile.gender", old.gender.map(|g| g.as_str()), new.gender.map(|g| g.as_str()));
        let (a, b) = (&old.address, &new.address);
        self.text("profile.address.street", a.street.as_deref(), b.street.as_deref());
        self.text("profile.address.city", a.city.as_deref(), b.city.as_deref());
        self.text("profile.address.state", a.state.as_deref(), b.state.as_deref());
        self.text("profile.address.country", a.country.as_deref(), b.country.as_deref());
        self.text("profile.address.zipCode", a.zip_code.as_deref(), b.zip_code.as_deref());
        self.text("profile.bio", old.bio.as_deref(), new.bio.as_deref());
        self.text("profile.avatar", old.avatar.as_deref(), new.avatar.as_deref());
        self.text("profile.website", old.website.as_deref(), new.website.as_deref());
        let (a, b) = (&old.social_links, &new.social_links);
        self.text("profile.socialLinks.linkedin", a.linkedin.as_deref(), b.linkedin.as_deref());
        self.text("profile.socialLinks.twitter", a.twitter.as_deref(), b.twitter.as_deref());
        self.text("profile.socialLinks.github", a.github.as_deref(), b.github.as_deref());
    }

    fn preferences(&mut self, old: &Preferences, new: &Preferences) {
        self.flag("preferences.emailNotifications", old.email_notifications, new.email_notifications);
        self.flag("preferences.smsNotifications", old.sms_notifications, new.sms_notifications);
        self.flag("preferences.marketingEmails", old.marketing_emails, new.marketing_emails);
        self.text("preferences.language", Some(&old.language), Some(&new.language));
        self.text("preferences.timezone", Some(&old.timezone), Some(&new.timezone));
    }
}

/// Opens or closes an account and ends its sessions. `other_admins`: active administrators beside
/// this person; the last one stays active. A reason is required to suspend.
pub fn set_status(
    stamp: &Stamp,
    user: &User,
    status: UserStatus,
    why: Option<&str>,
    other_admins: i64,
    sessions: &[ObjectId],
) -> Result<ChangeSet, Refusal> {
    let why = reason(why, status == UserStatus::Suspended)?;
    if user.status == status {
        return Err(Refusal::new(
            Code::WrongState,
            format!("{} is already {}.", user.name, status.as_str()),
        ));
    }
    let leaves = is_active_admin(user);
    if leaves {
        not_the_last(user, other_admins)?;
    }
    let mut deed = Deed::new("person.status-changed", Collection::Users, user.id)
        .with("name", user.name.as_str())
        .with("from", user.status.as_str())
        .with("to", status.as_str());
    if let Some(why) = &why {
        deed = deed.with("reason", why.as_str());
    }
    let patch = Patch::new().set("status", user.status.as_str(), status.as_str());
    let set = stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Users, user.id, shut_out(patch, stamp.at))
        .at_revision(Collection::Users, user.id, user.rev());
    let set = if leaves { set.guard(Guard::OtherAdmin { except: user.id }) } else { set };
    Ok(end_sessions(set, sessions, stamp.at))
}

/// Changes what a person is, and ends their sessions. `teaches`: courses that name them as their
/// instructor; those need somebody who may teach.
pub fn set_role(
    stamp: &Stamp,
    user: &User,
    rev: i64,
    role: Role,
    other_admins: i64,
    teaches: usize,
    sessions: &[ObjectId],
) -> Result<ChangeSet, Refusal> {
    unchanged(user, rev)?;
    if user.role == role {
        return Err(Refusal::field(
            Code::WrongState,
            "role",
            format!("{} already has this role.", user.name),
        ));
    }
    let leaves = is_active_admin(user);
    if leaves {
        not_the_last(user, other_admins)?;
    }
    if teaches > 0 && !matches!(role, Role::Instructor | Role::Admin) {
        return Err(Refusal::field(
            Code::WrongState,
            "role",
            format!(
                "{} teaches {teaches} course(s). Give those to another instructor first.",
                user.name
            ),
        ));
    }
    let deed = Deed::new("person.role-changed", Collection::Users, user.id)
        .with("name", user.name.as_str())
        .with("from", user.role.as_str())
        .with("to", role.as_str());
    let patch = Patch::new().set("role", user.role.as_str(), role.as_str());
    let set = stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Users, user.id, shut_out(patch, stamp.at))
        .at_revision(Collection::Users, user.id, rev);
    let set = if leaves { set.guard(Guard::OtherAdmin { except: user.id }) } else { set };
    Ok(end_sessions(set, sessions, stamp.at))
}

fn is_active_admin(user: &User) -> bool {
    user.role == Role::Admin && user.status == UserStatus::Active
}

fn not_the_last(user: &User, other_admins: i64) -> Result<(), Refusal> {
    if other_admins > 0 {
        return Ok(());
    }
    Err(Refusal::new(
        Code::LastAdmin,
        format!(
            "{} is the last active administrator. Make somebody else an administrator first.",
            user.name
        ),
    ))
}

/// Forgets failed sign-ins and the lock they brought.
pub fn unlock(stamp: &Stamp, user: &User) -> Result<ChangeSet, Refusal> {
    if user.login_attempts == 0 && user.lock_until.is_none() && user.lock_count == 0 {
        return Err(Refusal::new(Code::WrongState, format!("{} is not locked.", user.name)));
    }
    let deed = Deed::new("person.unlocked", Collection::Users, user.id)
        .with("name", user.name.as_str())
        .with("attempts", user.login_attempts);
    Ok(stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Users, user.id, forgiven(Patch::new()).put("updatedAt", stamp.at))
        .at_revision(Collection::Users, user.id, user.rev()))
}

/// Sets a password that an administrator hands over in person: the account is unlocked by it and
/// every session of it ends. The hash is made by the caller.
pub fn set_password(stamp: &Stamp, user: &User, hash: String, sessions: &[ObjectId]) -> ChangeSet {
    let deed = Deed::new("person.password-set", Collection::Users, user.id)
        .with("name", user.name.as_str());
    let patch = forgiven(Patch::new().put("password", hash));
    let set = stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Users, user.id, shut_out(patch, stamp.at))
        .at_revision(Collection::Users, user.id, user.rev());
    end_sessions(set, sessions, stamp.at)
}

/// Raises the version every token of the person carries, so that those given out before are refused.
pub(crate) fn shut_out(patch: Patch, at: Timestamp) -> Patch {
    patch.inc("tokenVersion", 1).put("updatedAt", at)
}

/// Failed sign-ins forgotten.
pub(crate) fn forgiven(patch: Patch) -> Patch {
    patch.put("loginAttempts", 0).put("lockCount", 0).unset("lockUntil")
}

/// Ends these sessions at that moment.
pub(crate) fn end_sessions(set: ChangeSet, sessions: &[ObjectId], at: Timestamp) -> ChangeSet {
    sessions.iter().fold(set, |set, id| {
        set.patch(Collection::Sessions, *id, Patch::new().put("revokedAt", at))
    })
}
