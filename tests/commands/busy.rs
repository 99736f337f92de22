//! Work that takes long on purpose (the hash of a password) makes nobody else wait.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use serde_json::json;

use super::program::Program;

/// More than the runtime has threads for answering on any machine these tests run on.
const AT_ONCE: usize = 24;

/// Were a password hashed on a thread that answers, all of those would be taken, and the click in between
/// would wait for the first of them to come free.
#[test]
fn a_click_is_answered_while_passwords_are_hashed() {
    let program = Program::founded();
    let (begun, ended) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let callers: Vec<_> = (0..AT_ONCE).map(|_| program.caller()).collect();
    let click = program.caller();
    thread::scope(|scope| {
        for (n, caller) in callers.iter().enumerate() {
            let (begun, ended) = (&begun, &ended);
            scope.spawn(move || {
                let args =
                    json!({ "email": format!("nobody{n}@example.org"), "password": "Wrong1horse" });
                begun.fetch_add(1, Ordering::SeqCst);
                let refused = caller.call("sign_in", args);
                ended.fetch_add(1, Ordering::SeqCst);
                assert!(refused.is_err(), "there is no such person");
            });
        }
        while begun.load(Ordering::SeqCst) < AT_ONCE {
            thread::yield_now();
        }
        for _ in 0..5 {
            click
                .call("my_profile", json!({}))
                .expect("the click is answered");
        }
        let over = ended.load(Ordering::SeqCst);
        assert!(
            over < AT_ONCE / 2,
            "{over} of {AT_ONCE} hashes were awaited"
        );
    });
}
