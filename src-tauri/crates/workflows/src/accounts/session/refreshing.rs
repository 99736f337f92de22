//! Refresh tokens: random, good for 30 days, stored as hashes only. Each is exchanged once: an old one shown
//! again means that somebody has a copy, and ends the session.

use bson::oid::ObjectId;
use domain::{
    rules::accounts::{self as rules, Ending},
    user::User,
};
use sha2::{Digest, Sha256};
use vault::Sensitive;

use super::{actor_for, in_order, signed_out, stamp};
use crate::{
    accounts::lease,
    desk::{Desk, Ids},
    error::WorkflowError,
};

/// A refresh token for a session, and its hash as stored.
pub(in crate::accounts) fn fresh_token(
    session: ObjectId,
    ids: &dyn Ids,
) -> (Sensitive<String>, String) {
    let token = Sensitive::new(format!(
        "{}.{}",
        session.to_hex(),
        hex::encode(ids.random())
    ));
    let hash = token_hash(token.expose());
    (token, hash)
}

fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// What came of showing a refresh token.
enum Shown {
    Fresh(Box<User>),
    Replayed,
}

/// Exchanges a refresh token for the next. One that was exchanged before ends the session: either the
/// one who shows it or the one who exchanged it has stolen it, and nobody can tell which.
pub(super) fn exchange(
    desk: &Desk<'_>,
    session: ObjectId,
    token: &str,
) -> Result<(User, Sensitive<String>), WorkflowError> {
    let old_hash = token_hash(token);
    let (next, next_hash) = fresh_token(session, desk.ids);
    let shown = desk.decide(|reader| {
        let found = reader.session(session)?.ok_or_else(signed_out)?;
        let user = reader.user(found.user)?.ok_or_else(signed_out)?;
        in_order(&user, &found, desk.now())?;
        lease::check(reader, desk, &user)?;
        let stamp = stamp(desk, actor_for(&user, desk));
        if found.token_hash == old_hash {
            let set = rules::session_renewed(&stamp, session, &old_hash, &next_hash);
            Ok((set, Shown::Fresh(Box::new(user))))
        } else {
            let set = rules::session_ended(&stamp, &user, session, Ending::Replayed);
            Ok((set, Shown::Replayed))
        }
    })?;
    match shown {
        Shown::Fresh(user) => Ok((*user, next)),
        Shown::Replayed => Err(signed_out().into()),
    }
}
