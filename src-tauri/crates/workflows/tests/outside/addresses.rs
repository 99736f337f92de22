//! Connection strings, typed or pasted.

use proptest::prelude::*;
use remote::ServerOptions;

use super::bytes::{cases, inputs, text_like};

/// Recognised wherever it turns up.
const PASSWORD: &str = "Hunter2Hunter2";

proptest! {
    #![proptest_config(cases(inputs()))]

    #[test]
    fn an_address_is_taken_apart_or_refused(text in text_like(&[
        "mongodb://clerk:Hunter2Hunter2@db1.example.org:27017,db2.example.org/students?replicaSet=rs0&tls=true",
        "mongodb+srv://clerk:Hunter2Hunter2@cluster.example.org/?authMechanismProperties=X:Hunter2Hunter2",
        "mongodb://[::1]:27017/%73tudents?tlsCertificateKeyFilePassword=Hunter2Hunter2&readPreference=nearest",
    ])) {
        let options = ServerOptions::from_uri(text.clone());
        match options.target() {
            Ok(target) => {
                // What is in the place of the password is the only thing not to be shown; damage may
                // have moved it to the host, where it is no secret any more.
                let moved = target.address.contains(PASSWORD) || target.database.contains(PASSWORD)
                    || target.login.as_deref().is_some_and(|login| login.contains(PASSWORD));
                let shown = format!("{options:?} {target:?}");
                prop_assert!(moved || !shown.contains(PASSWORD), "{}", shown);
                // What was put together again leads to the same place.
                let stored = options.connection_string().unwrap();
                let again = ServerOptions::stored(stored).target().unwrap();
                prop_assert_eq!(again.database, target.database);
                prop_assert_eq!(again.login, target.login);
                prop_assert_eq!(again.tls, target.tls);
            }
            Err(refusal) => {
                prop_assert!(!refusal.message.contains(PASSWORD), "{}", refusal);
                let shown = format!("{options:?}");
                prop_assert!(!shown.contains(PASSWORD), "{}", shown);
            }
        }
    }
}
