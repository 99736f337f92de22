//! What the web view keeps: after a person signed in, set a second factor up, typed passwords wrong and the
//! address of a server with its credential, none of it is in the page, in its storage, or in the files the
//! web view wrote. What the program itself writes is searched in `tests/commands`.

use std::{fs, path::Path};

use serde_json::Value;
use workflows::accounts::SAMPLE_PASSWORD;

use crate::{find::starting, sample::sample_story, second_factor::set_up};

const WRONG: &str = "Planted7Bongo-typed-wrong";
const DATABASE: &str = "Planted8Eland-of-the-database";

/// Everything a page can keep or show, as one text: storage, databases, caches, cookies, what the address
/// and the history say, the page with the values of its fields.
const KEPT: &str = "
    const done = arguments[arguments.length - 1];
    const read = async () => {
        const kept = { local: { ...localStorage }, session: { ...sessionStorage }, cookies: document.cookie,
            address: location.href, state: history.state, name: window.name };
        const databases = indexedDB.databases ? await indexedDB.databases() : [];
        kept.databases = databases;
        kept.caches = typeof caches === 'undefined' ? [] : await caches.keys().catch(() => []);
        kept.workers = navigator.serviceWorker
            ? (await navigator.serviceWorker.getRegistrations().catch(() => [])).length : 0;
        kept.page = document.documentElement.outerHTML;
        kept.fields = [...document.querySelectorAll('input, textarea')].map((field) => field.value);
        kept.globals = Object.keys(window).filter((name) => {
            try { return typeof window[name] === 'string'; } catch { return false; }
        }).map((name) => window[name]);
        return kept;
    };
    read().then(done, (error) => done({ failed: String(error) }));";

fn spellings(secret: &str) -> Vec<String> {
    let hexadecimal = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    vec![
        secret.to_owned(),
        secret.to_lowercase(),
        secret.replace('-', ""),
        hexadecimal,
    ]
}

fn search(place: &str, text: &str, secrets: &[(&str, String)], found: &mut Vec<String>) {
    for (name, secret) in secrets {
        if spellings(secret)
            .iter()
            .any(|spelling| text.contains(spelling.as_str()))
        {
            found.push(format!("{name} in {place}"));
        }
    }
}

/// UTF-16 as WebKit keeps local storage is read as if its zeros were not there.
fn search_files(
    folder: &Path,
    secrets: &[(&str, String)],
    found: &mut Vec<String>,
    files: &mut usize,
) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            search_files(&path, secrets, found, files);
        } else if let Ok(bytes) = fs::read(&path) {
            *files += 1;
            let text = String::from_utf8_lossy(&bytes).replace('\0', "");
            search(&path.display().to_string(), &text, secrets, found);
        }
    }
}

#[test]
fn the_web_view_keeps_no_secret() {
    sample_story("the_web_view_keeps_no_secret", async |desk| {
        desk.find("heading", "Dashboard").await;
        desk.go("/profile").await;
        desk.click("button", "Set up two-factor sign-in").await;
        let kept = set_up(&desk).await;
        desk.reads("On since").await;

        desk.go("/system/server").await;
        desk.find("heading", "Server").await;
        let address =
            format!("mongodb://clerk:{DATABASE}@127.0.0.1:9/?serverSelectionTimeoutMS=300");
        desk.fill("Connection string", &address).await;
        desk.click("button", "Try it and preview the upload").await;
        desk.find("alert", crate::find::containing("")).await;

        desk.click("button", starting("Account of")).await;
        desk.click("menuitem", "Lock").await;
        desk.find("heading", "Locked").await;
        desk.fill("Password", WRONG).await;
        desk.click("button", "Unlock").await;
        desk.reads("The password is wrong.").await;
        desk.fill("Password", SAMPLE_PASSWORD).await;
        desk.click("button", "Unlock").await;
        desk.find("button", starting("Account of")).await;
        desk.go("/people").await;
        desk.find("heading", "People").await;

        let mut secrets = vec![
            ("the password", SAMPLE_PASSWORD.to_owned()),
            ("a password typed wrong", WRONG.to_owned()),
            ("the database's password", DATABASE.to_owned()),
            ("the authenticator's key", kept.key.clone()),
            ("a hash", "$argon2".to_owned()),
            ("a token", "eyJ0eXAiOi".to_owned()),
        ];
        secrets.extend(
            kept.codes
                .iter()
                .map(|code| ("a recovery code", code.clone())),
        );
        let page = desk.script_later(KEPT, Vec::new()).await;
        assert_eq!(page["failed"], Value::Null, "everything could be read");
        assert!(page["page"].as_str().expect("the page").contains("People"));
        let mut found = Vec::new();
        for (place, content) in page.as_object().expect("what is kept") {
            search(place, &content.to_string(), &secrets, &mut found);
        }
        assert_eq!(page["cookies"], "", "there are no cookies");
        assert_eq!(
            page["databases"],
            Value::Array(Vec::new()),
            "and no databases"
        );
        assert_eq!(page["workers"], 0);
        let mut files = 0;
        search_files(desk.web(), &secrets, &mut found, &mut files);
        search_files(desk.home(), &secrets, &mut found, &mut files);
        assert!(
            files > 2,
            "files of the web view and of the workspace were searched"
        );
        assert_eq!(found, Vec::<String>::new());
    });
}
