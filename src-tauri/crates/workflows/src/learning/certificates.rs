//! Certificates: ids nobody can guess and everybody with the institution's key can check, even where
//! the enrollment is not at hand.
//!
//! An id is thirty symbols in six groups: twenty are random (100 bits), ten are an HMAC-SHA-256 over
//! them with the institution's certificate key, cut to 50 bits. The alphabet is Crockford's base 32,
//! which has no I, L, O and U and so survives being read out and typed. The key is made once and kept
//! in the encrypted file, or among the settings of an institution with a server. Left out: public signatures, which a stranger could check.

use std::sync::{Mutex, PoisonError};

use bson::Bson;
use domain::{
    Actor, Collection, Refusal, Role, Scope,
    audit::Deed,
    change::{Offline, Patch},
    course::Course,
    enrollment::Enrollment,
    role::Permission,
};
use hmac::{Hmac, Mac};
use replica::Reader;
use sha2::Sha256;

use super::{
    dto::{CertificateCheck, CertificateDto},
    find, parse,
};
use crate::{
    accounts::kept,
    desk::Desk,
    dto::{ById, moment},
    error::WorkflowError,
};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RANDOM: usize = 20;
const CHECK: usize = 10;
/// Where the key is: a field of the institution's settings, or a fact of this file.
pub(crate) const CERTIFICATE_KEY: &str = "certificateKey";
const PURPOSE: &[u8] = b"matricula certificate 1";

/// The institution's key for certificate ids.
#[derive(Clone)]
pub struct CertificateKey([u8; 32]);

impl std::fmt::Debug for CertificateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CertificateKey")
    }
}

impl CertificateKey {
    /// From 32 unguessable bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// An id of these unguessable bytes.
    pub fn mint(&self, random: [u8; 32]) -> String {
        let mut symbols = symbols(&random, RANDOM);
        symbols.extend(self.check(&symbols));
        grouped(&symbols)
    }

    /// Whether the id's check part matches, in whatever way it was typed.
    pub fn made(&self, id: &str) -> bool {
        match normal(id) {
            Some(symbols) => {
                let (random, check) = symbols.split_at(RANDOM);
                // Every symbol is compared, so that the time taken tells nothing.
                let wanted = self.check(random);
                wanted
                    .iter()
                    .zip(check)
                    .fold(0, |differs, (a, b)| differs | (a ^ b))
                    == 0
            }
            None => false,
        }
    }

    fn check(&self, random: &[u8]) -> Vec<u8> {
        // HMAC takes keys of every length; the error cannot occur, and would check nothing.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return vec![0; CHECK];
        };
        mac.update(PURPOSE);
        mac.update(random);
        symbols(&mac.finalize().into_bytes(), CHECK)
    }
}

/// The first symbols of the bytes, five bits each.
fn symbols(bytes: &[u8], count: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(count);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        while held >= 5 && out.len() < count {
            held -= 5;
            let at = usize::try_from((bits >> held) & 31).unwrap_or(0);
            out.push(ALPHABET[at]);
        }
        bits &= 0xff;
    }
    out
}

fn grouped(symbols: &[u8]) -> String {
    let groups: Vec<String> = symbols
        .chunks(5)
        .map(|group| group.iter().map(|b| char::from(*b)).collect())
        .collect();
    groups.join("-")
}

/// The thirty symbols of an id as somebody typed it: any case, with or without hyphens and spaces,
/// letters for the digits they look like. None: it cannot be an id.
fn normal(typed: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(RANDOM + CHECK);
    for c in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        let symbol = match c.to_ascii_uppercase() {
            'O' => b'0',
            'I' | 'L' => b'1',
            c => u8::try_from(c).ok()?,
        };
        if !ALPHABET.contains(&symbol) || out.len() == RANDOM + CHECK {
            return None;
        }
        out.push(symbol);
    }
    (out.len() == RANDOM + CHECK).then_some(out)
}

/// The institution's key, made at the first need. A workspace with a server has it in the institution's
/// settings, where every desktop finds it; a local one in its own file.
pub fn key(desk: &Desk<'_>) -> Result<CertificateKey, WorkflowError> {
    static MAKING: Mutex<()> = Mutex::new(());
    if let Some(key) = existing(desk)? {
        return Ok(key);
    }
    let _one = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(key) = existing(desk)? {
        return Ok(key);
    }
    let bytes = desk.ids.random();
    if desk.read(|reader| Ok(reader.has_server()?))? {
        let product = crate::accounts::product(desk);
        put_into_settings(desk, &product, bytes)?;
        // Another desktop may have been faster.
        return existing(desk)?
            .ok_or_else(|| WorkflowError::Defect("the certificate key was not kept".to_owned()));
    }
    desk.replica
        .set_meta(CERTIFICATE_KEY, &hex::encode(bytes))?;
    Ok(CertificateKey(bytes))
}

/// Puts this workspace's key into the institution's settings, for the desktops that will share it.
pub(crate) fn share_certificate_key(desk: &Desk<'_>, actor: &Actor) -> Result<(), WorkflowError> {
    let CertificateKey(bytes) = key(desk)?;
    put_into_settings(desk, actor, bytes)
}

/// Only at once and only once: two keys would make certificates that do not know each other.
fn put_into_settings(desk: &Desk<'_>, actor: &Actor, bytes: [u8; 32]) -> Result<(), WorkflowError> {
    desk.decide_if(|reader| {
        let settings = reader
            .settings()?
            .ok_or_else(|| WorkflowError::Defect("the workspace has no settings".to_owned()))?;
        if settings.extra.contains_key(CERTIFICATE_KEY) {
            return Ok((None, ()));
        }
        let deed = Deed::new("settings.key-shared", Collection::Settings, settings.id);
        let patch = Patch::new().set(CERTIFICATE_KEY, Bson::Null, hex::encode(bytes));
        let set = crate::accounts::stamp(desk, actor.clone())
            .change_set(deed, Offline::OnlineOnly)
            .patch(Collection::Settings, settings.id, patch);
        Ok((Some(set), ()))
    })
}

fn existing(desk: &Desk<'_>) -> Result<Option<CertificateKey>, WorkflowError> {
    let shared = desk
        .read(|reader| Ok(reader.settings()?))?
        .and_then(|settings| {
            settings
                .extra
                .get_str(CERTIFICATE_KEY)
                .ok()
                .map(str::to_owned)
        });
    let text = match shared {
        Some(text) => text,
        None => match desk.replica.meta(CERTIFICATE_KEY)? {
            Some(text) => text,
            None => return Ok(None),
        },
    };
    let mut bytes = [0; 32];
    hex::decode_to_slice(&text, &mut bytes).map_err(|_| {
        WorkflowError::Defect("The institution's certificate key is damaged.".to_owned())
    })?;
    Ok(Some(CertificateKey(bytes)))
}

/// A certificate by its enrollment's id or by its own: for its student, the course's instructor and
/// administrators.
pub fn certificate(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ById,
) -> Result<CertificateDto, WorkflowError> {
    desk.read(|reader| {
        let (enrollment, course) = shown_to(reader, actor, &args.id)?;
        dto(reader, &enrollment, &course, true)
    })
}

/// The enrollment a certificate was issued for, if the person may see it.
pub(super) fn shown_to(
    reader: &Reader<'_>,
    actor: &Actor,
    id: &str,
) -> Result<(Enrollment, Course), WorkflowError> {
    if actor.role != Role::Student {
        actor.require(Permission::Grade)?;
    }
    let none = || Refusal::not_found("The certificate");
    let by_id = match held(reader, id)? {
        Some(enrollment) => enrollment.id,
        None => parse(id).map_err(|_| none())?,
    };
    let (enrollment, course) = find(reader, by_id).map_err(|error| match error {
        WorkflowError::Refused(_) => none().into(),
        error => error,
    })?;
    if !concerns(actor, &enrollment, &course) || !enrollment.certificate_issued {
        return Err(none().into());
    }
    Ok((enrollment, course))
}

/// Whether it is one's own, of one's own course, or one's duty.
fn concerns(actor: &Actor, enrollment: &Enrollment, course: &Course) -> bool {
    match actor.role {
        Role::Admin => true,
        Role::Instructor => actor.is(course.instructor),
        Role::Student => actor.is(enrollment.user),
        Role::Finance => false,
    }
}

/// The enrollment whose certificate has this id, typed in whatever way.
fn held(reader: &Reader<'_>, id: &str) -> Result<Option<Enrollment>, WorkflowError> {
    if let Some(symbols) = normal(id)
        && let Some(found) = reader.enrollment_by_certificate(&grouped(&symbols))?
    {
        return Ok(Some(found));
    }
    // Ids another program gave have another form.
    Ok(reader.enrollment_by_certificate(id.trim())?)
}

pub(super) fn dto(
    reader: &Reader<'_>,
    enrollment: &Enrollment,
    course: &Course,
    with_score: bool,
) -> Result<CertificateDto, WorkflowError> {
    let name = |id| -> Result<String, WorkflowError> {
        Ok(reader.user(id)?.map(|user| user.name).unwrap_or_default())
    };
    let settings = reader.settings()?;
    let completed = enrollment.completion_date.unwrap_or(enrollment.updated_at);
    Ok(CertificateDto {
        id: enrollment.certificate_id.clone().unwrap_or_default(),
        student: name(enrollment.user)?,
        course: course.title.clone(),
        institution: settings
            .as_ref()
            .map(|s| s.institution.clone())
            .unwrap_or_default(),
        instructor: name(course.instructor)?,
        level: course.level.map(|level| level.as_str().to_owned()),
        hours: course.duration.hours,
        final_score: enrollment.final_score.filter(|_| with_score),
        completed_at: moment(completed),
        issued_at: moment(enrollment.certificate_issued_at.unwrap_or(completed)),
        revoked_at: enrollment.certificate_revoked_at.map(moment),
        sample: settings.is_some_and(|s| s.sample),
    })
}

/// What an id says: whether this institution's key made it, and the certificate where it is held. An office
/// holds every one, so there the key alone makes none genuine: whoever reads the settings has it. Who holds
/// the id may see whose it is; the score only whom it concerns.
pub fn certificate_check(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ById,
) -> Result<CertificateCheck, WorkflowError> {
    actor.require(Permission::OwnProfile)?;
    let key = existing(desk)?;
    let made = key.is_some_and(|key| key.made(&args.id));
    let office = desk.read(kept)? == Scope::Office;
    let certificate = desk.read(|reader| {
        let Some(enrollment) = held(reader, &args.id)?.filter(|e| e.certificate_issued) else {
            return Ok(None);
        };
        let (enrollment, course) = find(reader, enrollment.id)?;
        let concerned = concerns(actor, &enrollment, &course);
        dto(reader, &enrollment, &course, concerned).map(Some)
    })?;
    Ok(CertificateCheck {
        genuine: made && (certificate.is_some() || !office),
        certificate,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(n: u8) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (i, byte) in (0_u8..).zip(&mut bytes) {
            *byte = n.wrapping_mul(31).wrapping_add(i.wrapping_mul(7));
        }
        bytes
    }

    #[test]
    fn an_id_is_known_by_its_key_however_it_is_typed() {
        let key = CertificateKey::new(random(1));
        let id = key.mint(random(2));
        assert_eq!(id.len(), 35, "{id}");
        for typed in [
            id.clone(),
            id.to_lowercase(),
            id.replace('-', ""),
            id.replace('-', " "),
            id.replace('0', "O").replace('1', "l"),
        ] {
            assert!(key.made(&typed), "{typed}");
        }
        assert!(
            !CertificateKey::new(random(3)).made(&id),
            "another institution's key"
        );
        assert_ne!(key.mint(random(2)), key.mint(random(4)));
    }

    #[test]
    fn no_symbol_can_be_changed() {
        let key = CertificateKey::new(random(1));
        let id = key.mint(random(2));
        for at in (0..id.len()).filter(|at| id.as_bytes()[*at] != b'-') {
            let mut other = id.clone().into_bytes();
            other[at] = if other[at] == b'7' { b'8' } else { b'7' };
            let other = String::from_utf8(other).expect("ASCII");
            assert!(!key.made(&other), "symbol {at} of {id}");
        }
        for typed in [
            "",
            "7",
            &id[..34],
            &format!("{id}7"),
            "ÄÄÄÄÄ-00000-00000-00000-00000-00000",
        ] {
            assert!(!key.made(typed), "{typed}");
        }
    }
}
