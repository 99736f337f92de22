//! What a one-time code opens: a new password for somebody who forgot theirs, the proof of an address,
//! the account of somebody who registered. A code is good once; the guard on `usedAt` sees to that
//! wherever two desktops take it at the same time, so using one needs the institution's server at hand.
//!
//! How codes look and how they travel is the accounts workflow's; here are only their hashes.

use bson::{Bson, oid::ObjectId};

use crate::{
    audit::Deed,
    change::{ChangeSet, Collection, Guard, Offline, Patch},
    error::{Code, Refusal},
    rules::{
        Stamp,
        accounts::may_be_used,
        people::{end_sessions, forgiven, shut_out},
    },
    token::{AuthToken, TokenKind},
    user::{User, UserStatus},
};

/// The answer to every code that is not good, whatever is wrong with it.
pub fn bad_code() -> Refusal {
    Refusal::field(
        Code::BadCredentials,
        "code",
        "This code is not good, or not any more. Look at it again, or ask for a new one.",
    )
}

/// Gives a code out. `former`: codes of that kind given to the person before; they are good no more.
pub fn given(
    stamp: &Stamp,
    user: &User,
    token: &AuthToken,
    former: &[ObjectId],
) -> Result<ChangeSet, Refusal> {
    let verb = match token.kind {
        TokenKind::Verify => "account.verification-sent",
        TokenKind::Reset => "account.reset-asked",
        TokenKind::Code => "person.code-given",
    };
    let deed = Deed::new(verb, Collection::Users, user.id)
        .with("name", user.name.as_str())
        .with("until", token.expires_at);
    let set = stamp.change_set(deed, Offline::Queue).insert(
        Collection::AuthTokens,
        bson::serialize_to_document(token)
            .map_err(|error| Refusal::new(Code::Invalid, error.to_string()))?,
    );
    Ok(taken_back(set, former))
}

fn taken_back(set: ChangeSet, tokens: &[ObjectId]) -> ChangeSet {
    tokens
        .iter()
        .fold(set, |set, id| set.delete(Collection::AuthTokens, *id))
}

/// Refuses a code that does not belong to the person, was used, has expired, was sent to another
/// address, or is of none of these kinds.
pub fn check(
    stamp: &Stamp,
    user: &User,
    token: &AuthToken,
    kinds: &[TokenKind],
) -> Result<(), Refusal> {
    let good = token.user == user.id
        && kinds.contains(&token.kind)
        && token.is_good(&user.email, stamp.at);
    if good { Ok(()) } else { Err(bad_code()) }
}

fn used(set: ChangeSet, stamp: &Stamp, token: &AuthToken) -> ChangeSet {
    set.patch(
        Collection::AuthTokens,
        token.id,
        Patch::new().put("usedAt", stamp.at),
    )
    .guard(Guard::Field {
        collection: Collection::AuthTokens,
        id: token.id,
        path: "usedAt".to_owned(),
        equals: Bson::Null,
    })
}

/// Sets a new password by a code: the account is unlocked, every session of it ends, `others` (codes
/// for a password not yet used) are taken back. A code that came by mail also proves the address. The
/// hash is made by the caller.
pub fn password_reset(
    stamp: &Stamp,
    user: &User,
    token: &AuthToken,
    hash: String,
    sessions: &[ObjectId],
    others: &[ObjectId],
) -> Result<ChangeSet, Refusal> {
    check(stamp, user, token, &[TokenKind::Reset, TokenKind::Code])?;
    may_be_used(user)?;
    let deed = Deed::new("account.password-reset", Collection::Users, user.id)
        .with("name", user.name.as_str())
        .with("by", token.kind.as_str());
    let mut patch = forgiven(Patch::new().put("password", hash));
    if token.kind == TokenKind::Reset && !user.email_verified {
        patch = patch.put("emailVerified", true);
    }
    if user.second_factor.is_some() {
        // It was sealed under the password that is forgotten.
        patch = patch.unset("secondFactor.sealed");
    }
    let set = stamp
        .change_set(deed, Offline::OnlineOnly)
        .patch(Collection::Users, user.id, shut_out(patch, stamp.at))
        .at_revision(Collection::Users, user.id, user.rev());
    let set = end_sessions(used(set, stamp, token), sessions, stamp.at);
    Ok(taken_back(set, others))
}

/// Proves a person's address by a code sent there, and lets somebody in who registered and waited for
/// that.
pub fn address_verified(
    stamp: &Stamp,
    user: &User,
    token: &AuthToken,
) -> Result<ChangeSet, Refusal> {
    check(stamp, user, token, &[TokenKind::Verify])?;
    let mut deed =
        Deed::new("account.verified", Collection::Users, user.id).with("name", user.name.as_str());
    let mut patch = Patch::new()
        .put("emailVerified", true)
        .put("updatedAt", stamp.at);
    if user.pending_since.is_some() && user.status == UserStatus::Inactive {
        deed = deed.with("admitted", true);
        patch = patch
            .set("status", user.status.as_str(), UserStatus::Active.as_str())
            .unset("pendingSince");
    }
    let set = stamp
        .change_set(deed, Offline::OnlineOnly)
        .patch(Collection::Users, user.id, patch)
        .at_revision(Collection::Users, user.id, user.rev());
    Ok(used(set, stamp, token))
}
