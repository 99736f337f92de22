//! Access tokens that must be refused, each put in the place of the real one, and what becomes of the
//! session then. The tokens are made here by hand, because no library signs what must not be accepted.
//!
//! What the keyring remembers (refresh tokens) is tried in `tests/accounts/session.rs`.

use std::sync::atomic::{AtomicI64, Ordering};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use domain::Currency;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};
use tempfile::TempDir;
use vault::MemoryVault;

use super::*;
use crate::{
    accounts::{self, Keys, NewInstitution, dto::SignIn},
    desk::{Clock, SeededIds},
};

const EMAIL: &str = "ada@example.org";
const PASSWORD: &str = "Correct1horse";
const KEY: [u8; 32] = [7; 32];

/// Stands still until it is moved.
struct Still(AtomicI64);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// A workspace whose signing key is known, with its administrator signed in.
struct Place {
    workspace: Workspace,
    keeper: SessionKeeper,
    vault: Arc<MemoryVault>,
    clock: Still,
    ids: SeededIds,
    _dir: TempDir,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let vault = Arc::new(MemoryVault::new());
        let clock = Still(AtomicI64::new(1_772_442_000_000));
        let ids = SeededIds::new(5);
        let new = NewInstitution {
            institution: "Test College".into(),
            timezone: "Europe/London".into(),
            currency: Currency::Gbp,
            admin_name: "Ada Byron".into(),
            admin_email: EMAIL.into(),
            password: PASSWORD.into(),
            cost: HashCost::Sample,
            sample: false,
        };
        let keys = Keys::Vault(vault.clone());
        let workspace =
            Workspace::create(&dir.path().join("college"), &keys, &new, &clock, &ids).unwrap();
        vault
            .set(SESSION_KEY, &Sensitive::new(KEY.to_vec()))
            .unwrap();
        let keeper = SessionKeeper::new(&workspace, &ids)
            .unwrap()
            .with_cost(HashCost::Sample);
        let place = Self {
            workspace,
            keeper,
            vault,
            clock,
            ids,
            _dir: dir,
        };
        place.sign_in();
        place
    }

    fn desk(&self) -> Desk<'_> {
        self.workspace.desk(&self.clock, &self.ids)
    }

    fn sign_in(&self) {
        let args = SignIn {
            email: EMAIL.into(),
            password: PASSWORD.into(),
        };
        accounts::sign_in(&self.desk(), &self.keeper, &args).unwrap();
    }

    fn held(&self) -> Held {
        self.keeper.lock_held().clone().expect("a session is held")
    }

    /// Puts this in the place of the access token.
    fn show(&self, token: &str) {
        let mut held = self.keeper.lock_held();
        held.as_mut().expect("a session is held").access = Sensitive::new(token.to_owned());
    }

    fn advance(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// What the real token says.
    fn claims(&self) -> Value {
        let token = self.held().access.expose().clone();
        let text = BASE64.decode(token.split('.').nth(1).unwrap()).unwrap();
        serde_json::from_slice(&text).unwrap()
    }

    fn code(&self) -> Option<Code> {
        self.keeper
            .authenticate(&self.desk())
            .err()
            .and_then(|error| error.code())
    }

    fn user(&self) -> User {
        let user = self.held().user;
        self.desk()
            .read(|reader| Ok(reader.user(user)?))
            .unwrap()
            .unwrap()
    }

    /// The command is refused, and nobody is signed in any more, now or at the next start.
    #[track_caller]
    fn refuses(&self, what: &str) {
        assert_eq!(self.code(), Some(Code::SignedOut), "{what}");
        assert!(self.keeper.who(&self.desk()).unwrap().is_none(), "{what}");
        assert!(
            self.vault.get(REFRESH_TOKEN).unwrap().is_none(),
            "nothing is remembered of the session of {what}"
        );
    }
}

fn part(value: &Value) -> String {
    BASE64.encode(value.to_string())
}

/// A token with this header and these claims and a right HMAC-SHA-256, whatever the header says.
fn signed(header: &Value, claims: &Value, key: &[u8]) -> String {
    let text = format!("{}.{}", part(header), part(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    format!("{text}.{}", BASE64.encode(mac.finalize().into_bytes()))
}

fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[name] = value;
    claims
}

fn without(claims: &Value, name: &str) -> Value {
    let mut claims = claims.clone();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn more(claims: &Value, name: &str, by: i64) -> Value {
    with(claims, name, json!(claims[name].as_i64().unwrap() + by))
}

#[test]
fn a_token_made_by_hand_is_as_good_as_a_real_one() {
    let place = Place::new();
    place.show(&signed(
        &json!({ "alg": "HS256", "typ": "JWT" }),
        &place.claims(),
        &KEY,
    ));
    assert_eq!(
        place.code(),
        None,
        "so what the other stories refuse is refused for what they changed"
    );
}

#[test]
fn every_algorithm_but_the_one_is_refused() {
    let place = Place::new();
    let claims = place.claims();
    let genuine = place.held().access.expose().clone();
    let (text, signature) = genuine.rsplit_once('.').unwrap();
    let body = text.split('.').nth(1).unwrap();
    let mut bad = Vec::new();
    for none in ["none", "None", "NONE", "nOnE", ""] {
        let header = part(&json!({ "alg": none, "typ": "JWT" }));
        bad.push((
            format!("{none:?} without a signature"),
            format!("{header}.{body}."),
        ));
        bad.push((format!("{none:?} in two parts"), format!("{header}.{body}")));
        bad.push((
            format!("{none:?} with the old signature"),
            format!("{header}.{body}.{signature}"),
        ));
    }
    for alg in [
        "none", "hs256", "HS384", "HS512", "RS256", "RS512", "PS256", "ES256", "ES384", "EdDSA",
        "A256KW",
    ] {
        let token = signed(&json!({ "alg": alg, "typ": "JWT" }), &claims, &KEY);
        bad.push((format!("{alg} over a right HMAC-SHA-256"), token));
    }
    bad.push((
        "no algorithm".into(),
        signed(&json!({ "typ": "JWT" }), &claims, &KEY),
    ));
    bad.push((
        "two algorithms".into(),
        signed(&json!({ "alg": ["HS256", "none"] }), &claims, &KEY),
    ));
    let text = |alg: &str| format!("{}.{}", part(&json!({ "alg": alg })), part(&claims));
    let mut mac = Hmac::<Sha384>::new_from_slice(&KEY).unwrap();
    mac.update(text("HS384").as_bytes());
    bad.push((
        "a right HMAC-SHA-384".into(),
        format!(
            "{}.{}",
            text("HS384"),
            BASE64.encode(mac.finalize().into_bytes())
        ),
    ));
    let mut mac = Hmac::<Sha512>::new_from_slice(&KEY).unwrap();
    mac.update(text("HS512").as_bytes());
    bad.push((
        "a right HMAC-SHA-512".into(),
        format!(
            "{}.{}",
            text("HS512"),
            BASE64.encode(mac.finalize().into_bytes())
        ),
    ));
    for (what, token) in bad {
        place.show(&token);
        place.refuses(&what);
        place.sign_in();
    }
}

#[test]
fn edited_tokens_are_refused() {
    let place = Place::new();
    let claims = place.claims();
    let genuine = place.held().access.expose().clone();
    let parts: Vec<&str> = genuine.split('.').collect();
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    let mut bad = Vec::new();
    // What somebody would like to be, over the signature of what they are.
    for (name, value) in [
        ("role", json!("finance")),
        ("sub", json!("000000000000000000000001")),
        ("exp", json!(i64::MAX)),
        ("ver", json!(7)),
        ("wid", json!("000000000000000000000001")),
    ] {
        let body = part(&with(&claims, name, value));
        bad.push((
            format!("{name} edited"),
            format!("{}.{body}.{}", parts[0], parts[2]),
        ));
    }
    // Signed with what an attacker has, and a header that offers it.
    for (what, key) in [
        ("no key", &[][..]),
        ("another key", &[8; 32][..]),
        (
            "the workspace's name",
            claims["wid"].as_str().unwrap().as_bytes(),
        ),
    ] {
        bad.push((what.to_owned(), signed(&header, &claims, key)));
    }
    let offered = json!({
        "alg": "HS256", "kid": "../../dev/null", "jku": "https://example.com/keys",
        "jwk": { "kty": "oct", "k": BASE64.encode([8; 32]) },
    });
    bad.push((
        "a key in the header".into(),
        signed(&offered, &claims, &[8; 32]),
    ));
    // Pieces of it, and more than it.
    bad.push(("no signature".into(), format!("{}.{}.", parts[0], parts[1])));
    bad.push((
        "a shortened signature".into(),
        genuine[..genuine.len() - 2].to_owned(),
    ));
    bad.push(("a lengthened signature".into(), format!("{genuine}AA")));
    bad.push(("a fourth part".into(), format!("{genuine}.{}", parts[2])));
    bad.push(("a space".into(), format!("{genuine} ")));
    bad.push(("nothing".into(), String::new()));
    bad.push(("a megabyte".into(), "a.".repeat(1 << 19)));
    for (what, token) in bad {
        place.show(&token);
        place.refuses(&what);
        place.sign_in();
    }
    // Every single character of it.
    for at in 0..genuine.len() {
        let mut letters = genuine.clone().into_bytes();
        letters[at] = if letters[at] == b'A' { b'B' } else { b'A' };
        let token = String::from_utf8(letters).unwrap();
        let checked = place.keeper.signer.check(&token, place.desk().now());
        // The last letter of a part may carry bits that mean nothing; what it says is then the same.
        if let Ok(said) = checked {
            assert_eq!(serde_json::to_value(said).unwrap(), claims, "letter {at}");
        }
    }
}

/// What is done to the claims of a token.
type Edit = Box<dyn Fn(&Value) -> Value>;

/// Signed with the right key, so only what it says can be the reason.
#[test]
fn what_a_token_says_must_be_true_now() {
    let place = Place::new();
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    let user = place.user();
    let cases: Vec<(&str, Edit)> = vec![
        (
            "another workspace",
            Box::new(|c| with(c, "wid", json!("000000000000000000000001"))),
        ),
        ("no workspace", Box::new(|c| with(c, "wid", json!("")))),
        ("an older version", Box::new(|c| more(c, "ver", -1))),
        ("a newer version", Box::new(|c| more(c, "ver", 1))),
        (
            "another role",
            Box::new(|c| with(c, "role", json!("finance"))),
        ),
        (
            "no role there is",
            Box::new(|c| with(c, "role", json!("root"))),
        ),
        (
            "another person",
            Box::new(|c| with(c, "sub", json!("000000000000000000000001"))),
        ),
        ("no person", Box::new(|c| without(c, "sub"))),
        ("no end", Box::new(|c| without(c, "exp"))),
        (
            "a longer life than any has",
            Box::new(|c| more(c, "exp", 60)),
        ),
        (
            "an end beyond all numbers",
            Box::new(|c| with(c, "exp", json!(i64::MAX))),
        ),
        (
            "a beginning before all numbers",
            Box::new(|c| with(c, "iat", json!(i64::MIN))),
        ),
        (
            "an end in words",
            Box::new(|c| with(c, "exp", json!("tomorrow"))),
        ),
        ("a list", Box::new(|c| json!([c]))),
        ("null", Box::new(|_| Value::Null)),
    ];
    for (what, edit) in cases {
        let token = signed(&header, &edit(&place.claims()), &KEY);
        place.show(&token);
        place.refuses(what);
        place.sign_in();
    }
    assert_eq!(place.user().token_version, user.token_version);
}

#[test]
fn an_expired_token_is_exchanged_and_only_with_a_session_in_order() {
    let place = Place::new();
    let old = place.held();
    place.advance(super::super::tokens::ACCESS_LIFE);
    assert_eq!(place.code(), None, "the refresh token is good");
    assert_ne!(place.held().access, old.access);
    assert_ne!(place.held().refresh, old.refresh, "and was used up");

    // The old pair shown again, by whoever copied it together with what is remembered.
    place.keeper.remember(&old.refresh);
    *place.keeper.lock_held() = Some(old.clone());
    place.refuses("a refresh token used up before");
    place.sign_in();

    // A clock set back makes no token good for longer: it is exchanged, too.
    let before = place.held();
    place.advance(-3600);
    assert_eq!(place.code(), None);
    assert_ne!(
        place.held().refresh,
        before.refresh,
        "asked of the session again"
    );
    place.advance(3600);

    // An edited refresh token.
    place.advance(2 * super::super::tokens::ACCESS_LIFE);
    let letters = place.held().refresh.expose().clone();
    let other = if letters.ends_with('0') { "1" } else { "0" };
    let edited = format!("{}{other}", &letters[..letters.len() - 1]);
    let edited = Sensitive::new(edited);
    place.keeper.remember(&edited);
    place.keeper.lock_held().as_mut().unwrap().refresh = edited;
    place.refuses("an edited refresh token");
    place.sign_in();

    // Ended by an administrator or from another desktop, while the token is still young.
    let user = place.user();
    let session = place.held().session;
    let desk = place.desk();
    let ended = rules::session_ended(
        &stamp(&desk, actor_for(&user, &desk)),
        &user,
        session,
        Ending::SignedOut,
    );
    desk.authority.commit(&ended).unwrap();
    place.refuses("a session revoked elsewhere");
}
