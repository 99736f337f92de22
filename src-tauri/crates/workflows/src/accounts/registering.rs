//! Registering at the window, where the institution lets students do so. The account waits until its
//! address is proved by a code, or an administrator admits the person; where no mail goes out, only the
//! latter. Somebody who registers with an address that has an account is answered the same, and its owner
//! is told by mail.

use domain::{
    Code, Refusal, Role, UserId,
    rules::people::{self as rules, NewPerson},
    token::TokenKind,
    user::{Preferences, Profile, UserStatus},
};

use super::{
    by_code::at_an_office,
    by_mail::{asked, send_code, tell},
    dto::{Register, Registered},
    passwords,
    session::{SessionKeeper, product, stamp},
    strength,
};
use crate::{
    accounts::no_settings,
    desk::Desk,
    error::WorkflowError,
    mail::{self, letter::Matter},
};

/// Registers a student.
pub fn register(
    desk: &Desk<'_>,
    keeper: &SessionKeeper,
    args: &Register,
) -> Result<Registered, WorkflowError> {
    at_an_office(desk)?;
    let (settings, mailed) = desk.read(|reader| {
        let settings = reader.settings()?.ok_or_else(no_settings)?;
        Ok((settings, mail::can_send(reader)?))
    })?;
    if !settings.registration {
        return Err(Refusal::new(
            Code::Forbidden,
            "This institution makes accounts itself. Ask its office for one.",
        )
        .into());
    }
    let name = rules::name(&args.name)?;
    let email = rules::email(&args.email)?;
    let language = match args.language.as_deref() {
        Some(tag) => rules::language(tag)?,
        None => settings.language.clone(),
    };
    strength::acceptable("password", &args.password, &[&name, &email])?;
    asked(desk, keeper, &email)?;
    // Before it is known whether the address is free, so that both take as long.
    let hash = passwords::hash(&args.password, &desk.ids.random(), keeper.cost)?;
    let id = UserId(desk.ids.object_id());
    let made = desk.decide_if(|reader| {
        if let Some(owner) = reader.user_by_email(&email)? {
            return Ok((None, Err(owner.id)));
        }
        let new = NewPerson {
            id,
            name: name.clone(),
            email: email.clone(),
            email_verified: false,
            role: Role::Student,
            status: UserStatus::Inactive,
            password_hash: Some(hash.clone()),
            profile: Profile::default(),
            preferences: Preferences {
                language: language.clone(),
                timezone: settings.timezone.clone(),
                ..Preferences::default()
            },
        };
        let (set, user) = rules::register(&stamp(desk, product(desk)), new)?;
        Ok((Some(set), Ok(user.id)))
    });
    match made {
        Ok(Ok(person)) if mailed => send_code(desk, &product(desk), person, TokenKind::Verify)?,
        Ok(Err(owner)) => tell(desk, owner, Matter::Exists),
        Ok(Ok(_)) => {}
        // Somebody registered with it at the same moment; nobody hears of that either.
        Err(error) if error.code() == Some(Code::Taken) => {}
        Err(error) => return Err(error),
    }
    Ok(Registered { mail: mailed })
}
