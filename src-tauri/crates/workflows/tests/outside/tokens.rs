//! What a person or a desktop shows to be let in: access tokens, authenticator and recovery codes, and the
//! hashes and sealed secrets that other programs may have written.

use bson::oid::ObjectId;
use domain::{Role, Timestamp, UserId};
use proptest::prelude::*;
use vault::Sensitive;
use workflows::{
    accounts::{
        HashCost,
        codes::{FactorSecret, code_hash},
        passwords,
        tokens::{BadToken, Signer},
    },
    desk::SeededIds,
};

use super::bytes::{cases, inputs, text_like};

const KEY: [u8; 32] = [3; 32];

fn signer() -> Signer {
    Signer::new(
        "6a1b2c3d4e5f60718293a4b5".into(),
        &Sensitive::new(KEY.to_vec()),
    )
}

fn person() -> UserId {
    UserId(ObjectId::from_bytes([1; 12]))
}

fn now() -> Timestamp {
    Timestamp::from_millis(1_772_442_000_000)
}

fn genuine() -> String {
    let token = signer()
        .issue(person(), Role::Finance, 3, now(), &[9; 32])
        .unwrap();
    token.expose().clone()
}

fn tokens() -> impl Strategy<Value = String> {
    let genuine = genuine();
    let body = genuine.split('.').nth(1).unwrap().to_owned();
    // {"alg":"none","typ":"JWT"}
    let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.");
    text_like(&[&genuine, &none])
}

fn hashes() -> impl Strategy<Value = String> {
    let argon = passwords::hash("Correct1horse", &[7; 32], HashCost::Sample).unwrap();
    text_like(&[
        &argon,
        "$argon2id$v=19$m=4294967295,t=4294967295,p=16777215$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
        "$argon2i$v=16$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
        "$2b$04$abcdefghijklmnopqrstuuWjHn9YIkqzOKWFFG5Xm5Wb1Jr3l1uYq",
        "$2b$31$abcdefghijklmnopqrstuuWjHn9YIkqzOKWFFG5Xm5Wb1Jr3l1uYq",
        "$pbkdf2-sha256$i=4294967295$c2FsdA$aGFzaA",
    ])
}

proptest! {
    #![proptest_config(cases(inputs()))]

    #[test]
    fn no_token_but_the_real_one_is_good(token in tokens()) {
        let genuine = genuine();
        if token != genuine {
            // Bits of the last letter that mean nothing may differ; then it says the same.
            match signer().check(&token, now()) {
                Err(bad) => prop_assert_eq!(bad, BadToken::Forged),
                Ok(said) => prop_assert_eq!(said, signer().check(&genuine, now()).unwrap()),
            }
        }
    }

    #[test]
    fn a_code_is_read_or_it_is_none(code in text_like(&["0A1B-2C3D-4E5F-6G7H", "287 082", "287082"])) {
        if let Some(hash) = code_hash(&code) {
            prop_assert_eq!(hash.len(), 64);
        }
        let secret = FactorSecret::fresh(&SeededIds::new(1));
        secret.check(&code, now()).unwrap();
    }

    #[test]
    fn a_foreign_hash_is_known_for_what_it_is_or_for_weak(hash in hashes()) {
        passwords::is_weak(&hash, false);
        passwords::is_weak(&hash, true);
    }
}

proptest! {
    // Each costs what checking a password costs, whatever the hash is: that is the promise.
    #![proptest_config(cases(100))]

    #[test]
    fn a_foreign_hash_lets_nobody_in(hash in hashes()) {
        prop_assert!(!passwords::verify("Somebody1else", Some(&hash)));
    }
}

#[test]
fn a_damaged_seal_opens_for_nobody() {
    let (ids, user) = (SeededIds::new(2), person());
    let secret = FactorSecret::fresh(&ids);
    let sealed = secret
        .seal(user, "Correct1horse", &ids, HashCost::Sample)
        .unwrap();
    let strategy = text_like(&[&sealed])
        .prop_filter("only the cheap seal, for time's sake", |text| {
            !text.starts_with("1.")
        });
    let mut runner = proptest::test_runner::TestRunner::new(cases(inputs()));
    runner
        .run(&strategy, |text| {
            let opened = FactorSecret::open(&text, user, "Correct1horse").unwrap();
            if let Some(opened) = opened {
                prop_assert_eq!(opened.typed().unwrap(), secret.typed().unwrap());
            }
            Ok(())
        })
        .unwrap();
}
