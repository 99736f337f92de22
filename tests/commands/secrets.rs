//! Planted secrets: passwords, keys, tokens, the credential of a server, what a second factor is made of.
//! People work with them, also wrongly; then everything that is written down or said is searched for them:
//! the log at its most talkative, every answer and refusal over the IPC, what a panic prints, and every file
//! of the workspace and the downloads, in every spelling a program might use.
//!
//! What the web view itself keeps is searched in `tests/window`.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};
use totp_rs::Totp;
use tracing_subscriber::fmt::MakeWriter;
use vault::Vault;
use workflows::accounts::{KeySource, Keys, NewInstitution, Workspace};

use super::program::{No, Program};

const ADMIN: &str = "ada@example.org";
const PASSWORD: &str = "Planted1Zebra-of-the-administrator";
const NEXT: &str = "Planted2Quagga-of-the-administrator";
const OTHERS: &str = "Planted3Okapi-of-somebody-else";
const WRONG: &str = "Planted4Tapir-typed-wrong";
const DATABASE: &str = "Planted5Ibex-of-the-database";
const MAIL: &str = "Planted0Gnu-of-the-mail-server";
const EXPORT: &str = "Planted9 dikdik sturdy mango violin";
const PASSPHRASE: &str = "Planted6Kudu-of-the-device";

/// Everything written to the log of this process.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    /// Listens to everything from now on, panics too.
    fn listen() -> Self {
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(log.clone())
            .finish();
        tracing::subscriber::set_global_default(subscriber).expect("nobody else listens");
        let panics = log.clone();
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let mut panics = panics.clone();
            writeln!(
                panics,
                "{info} {}",
                std::backtrace::Backtrace::force_capture()
            )
            .ok();
            before(info);
        }));
        log
    }

    fn read(&self) -> Vec<u8> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// What may be found nowhere, by the name it is reported under.
#[derive(Default)]
struct Planted(BTreeMap<String, Vec<Vec<u8>>>);

impl Planted {
    /// A secret in every spelling: as it is, in hexadecimal, in base 64, as a list of numbers, escaped.
    fn add(&mut self, name: &str, secret: &[u8]) {
        let hexadecimal: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        let numbers = format!("{secret:?}");
        let base64 = BASE64.encode(secret);
        let mut spellings = vec![
            secret.to_vec(),
            hexadecimal.to_uppercase().into_bytes(),
            hexadecimal.into_bytes(),
            numbers.replace(' ', "").into_bytes(),
            numbers.into_bytes(),
            base64.trim_end_matches('=').as_bytes().to_vec(),
        ];
        if let Ok(text) = std::str::from_utf8(secret) {
            spellings.push(text.to_lowercase().into_bytes());
            spellings.push(text.replace('-', "").into_bytes());
        }
        self.0.entry(name.to_owned()).or_default().extend(spellings);
    }

    /// What of it is in these bytes.
    fn found(&self, place: &str, bytes: &[u8]) -> Vec<String> {
        self.0
            .iter()
            .filter(|(_, spellings)| spellings.iter().any(|secret| contains(bytes, secret)))
            .map(|(name, _)| format!("{name} in {place}"))
            .collect()
    }

    /// What of it is in the files of a folder.
    fn found_in_files(&self, folder: &Path, files: &mut usize) -> Vec<String> {
        let mut found = Vec::new();
        let Ok(entries) = fs::read_dir(folder) else {
            return found;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            found.extend(self.found("a file's name", path.to_string_lossy().as_bytes()));
            if path.is_dir() {
                found.extend(self.found_in_files(&path, files));
            } else {
                *files += 1;
                found.extend(self.found(&path.display().to_string(), &fs::read(&path).unwrap()));
            }
        }
        found
    }
}

fn contains(bytes: &[u8], secret: &[u8]) -> bool {
    !secret.is_empty() && bytes.windows(secret.len()).any(|window| window == secret)
}

/// The program with everything that crossed the IPC towards the window.
struct Watched {
    program: Program,
    said: Vec<String>,
}

impl Watched {
    fn call(&mut self, command: &str, args: Value) -> Result<Value, No> {
        let outcome = self.program.call(command, args);
        self.said.push(match &outcome {
            Ok(answer) => format!("{command}: {answer}"),
            Err(no) => format!("{command}: {no:?}"),
        });
        outcome
    }

    #[track_caller]
    fn ok(&mut self, command: &str, args: Value) -> Value {
        match self.call(command, args) {
            Ok(answer) => answer,
            Err(no) => panic!("{command} was refused: {no:?}"),
        }
    }

    #[track_caller]
    fn no(&mut self, command: &str, args: Value) -> No {
        match self.call(command, args) {
            Ok(answer) => panic!("{command} must be refused, and answered {answer}"),
            Err(no) => no,
        }
    }

    /// An answer that is the one place where a secret is shown, to whom it belongs.
    #[track_caller]
    fn shown(&mut self, command: &str, args: Value) -> Value {
        let answer = self.ok(command, args);
        self.said.pop();
        answer
    }

    /// What is in the vault by now: it changes with every start and renewal.
    fn plant_vault(&self, planted: &mut Planted) {
        for name in ["replica-key", "session-key", "refresh-token", "server-uri"] {
            if let Some(secret) = self.program.vault().get(name).unwrap() {
                planted.add(name, secret.expose());
            }
        }
    }
}

#[test]
fn planted_secrets_are_found_nowhere() {
    let log = Log::listen();
    let mut planted = Planted::default();
    for (name, secret) in [
        ("the password", PASSWORD),
        ("the new password", NEXT),
        ("somebody's password", OTHERS),
        ("a password typed wrong", WRONG),
        ("the database's password", DATABASE),
        ("an export's passphrase", EXPORT),
        ("the mail server's password", MAIL),
    ] {
        planted.add(name, secret.as_bytes());
    }
    // Hashes and tokens are recognised by how they begin.
    planted
        .0
        .insert("a hash of a password".into(), vec![b"$argon2".to_vec()]);
    planted.0.insert(
        "an access token".into(),
        vec![b"eyJ0eXAiOi".to_vec(), b"eyJhbGciOi".to_vec()],
    );

    let mut w = Watched {
        program: Program::start(),
        said: Vec::new(),
    };
    let institution = json!({
        "institution": "Test College", "timezone": "Europe/London", "currency": "GBP",
        "adminName": "Ada Byron", "adminEmail": ADMIN, "password": PASSWORD, "passphrase": null,
    });
    let mut wrong = institution.clone();
    wrong["timezone"] = json!("Nowhere/At all");
    w.no("create_institution", wrong);
    w.ok("create_institution", institution.clone());
    w.plant_vault(&mut planted);
    w.no("create_institution", institution);
    let credentials = |password: &str| json!({ "email": ADMIN, "password": password });

    people_and_passwords(&mut w, &credentials);
    second_factor(&mut w, &mut planted);
    w.plant_vault(&mut planted);
    codes_and_mail(&mut w, &mut planted);
    servers(&mut w);
    files(&mut w);
    // The secret where something else was asked for, and arguments of no form at all.
    for command in workflows::wire::commands() {
        for args in [
            json!({ PASSWORD: PASSWORD, "id": WRONG, "filter": { "text": [WRONG] }, "email": [WRONG], "password": { "a": WRONG } }),
            json!(WRONG),
            json!([WRONG]),
        ] {
            if !matches!(
                command.name,
                "sign_out" | "lock" | "workspace_status" | "sign_out_everywhere"
            ) {
                w.call(command.name, args).ok();
            }
        }
    }
    w.program = w.program.restarted();
    w.plant_vault(&mut planted);
    w.ok("workspace_status", json!({}));
    w.plant_vault(&mut planted);
    // A defect in the middle of work, with the program's own hands full.
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let in_hand = w
            .program
            .vault()
            .get("replica-key")
            .unwrap()
            .expect("a key");
        let session = w.program.vault().get("refresh-token").unwrap();
        panic!("a defect with {in_hand:?} and {session:?} and {in_hand}");
    }));
    assert!(caught.is_err());

    let mut found = planted.found("the log", &log.read());
    for said in &w.said {
        let name = said.split(':').next().unwrap_or_default();
        found.extend(planted.found(&format!("what {name} said"), said.as_bytes()));
    }
    let mut files = 0;
    found.extend(planted.found_in_files(&w.program.home(), &mut files));
    found.extend(planted.found_in_files(&w.program.downloads(), &mut files));
    found.sort();
    found.dedup();
    assert_eq!(found, Vec::<String>::new());

    // The search itself finds what is there.
    assert!(
        files >= 4,
        "the workspace's files and a download were searched: {files}"
    );
    assert!(w.said.len() > 200, "{} things were said", w.said.len());
    let log = log.read();
    assert!(
        contains(&log, b"a defect with [hidden]"),
        "the panic is in the log"
    );
    assert!(
        contains(&log, b"signed in"),
        "the log is that of the program"
    );
    assert_eq!(
        planted
            .found("a test", format!("x{PASSWORD}y").as_bytes())
            .len(),
        1
    );
}

fn people_and_passwords(w: &mut Watched, credentials: &dyn Fn(&str) -> Value) {
    let person = json!({
        "name": "Sam Student", "email": "sam@example.org", "role": "student", "password": OTHERS, "profile": {},
    });
    let sam = w.ok("person_create", person.clone());
    w.no("person_create", person);
    w.ok(
        "person_set_password",
        json!({ "id": sam["id"], "password": OTHERS }),
    );
    w.no(
        "person_set_password",
        json!({ "id": "nobody", "password": OTHERS }),
    );
    w.ok(
        "password_weigh",
        json!({ "password": NEXT, "about": [PASSWORD] }),
    );
    w.no("change_password", json!({ "current": WRONG, "next": NEXT }));
    w.no(
        "change_password",
        json!({ "current": PASSWORD, "next": PASSWORD }),
    );
    w.ok(
        "change_password",
        json!({ "current": PASSWORD, "next": NEXT }),
    );
    w.ok("lock", json!({}));
    w.no("unlock", json!({ "password": WRONG }));
    w.no("my_profile", json!({ "password": WRONG }));
    w.ok("unlock", json!({ "password": NEXT }));
    w.no("sign_in", credentials(WRONG));
    w.no("sign_in", json!({ "email": WRONG, "password": WRONG }));
    w.no("sign_in", credentials(&WRONG.repeat(50)));
    w.ok("sign_in", credentials(NEXT));
    w.ok("my_sessions", json!({}));
    w.ok("person", json!({ "id": sam["id"] }));
    w.ok(
        "timeline",
        json!({ "collection": "users", "id": sam["id"], "before": null, "limit": 50 }),
    );
    w.ok(
        "audit_list",
        json!({ "filter": {}, "window": { "offset": 0, "limit": 100 } }),
    );
    w.ok("search", json!({ "text": WRONG, "limit": 10 }));
    w.ok("verify", json!({ "task": "t" }));
}

/// With an authenticator that only reads the address of the QR code.
fn second_factor(w: &mut Watched, planted: &mut Planted) {
    let offer = w.shown("second_factor_begin", json!({}));
    let address = offer["address"].as_str().unwrap();
    let authenticator = Totp::from_url(address).unwrap();
    let typed = offer["secret"].as_str().unwrap();
    planted.add("the authenticator's secret", typed.as_bytes());
    let raw = totp_rs::Secret::try_from_base32(typed).unwrap();
    planted.add("the authenticator's secret", raw.as_bytes());
    w.no(
        "second_factor_confirm",
        json!({ "code": "000000", "password": NEXT }),
    );
    w.no(
        "second_factor_confirm",
        json!({ "code": authenticator.generate_current().to_string(), "password": WRONG }),
    );
    let codes = w.shown(
        "second_factor_confirm",
        json!({ "code": authenticator.generate_current().to_string(), "password": NEXT }),
    );
    let codes: Vec<String> = serde_json::from_value(codes["codes"].clone()).unwrap();
    for code in &codes {
        planted.add("a recovery code", code.as_bytes());
    }
    w.ok("second_factor", json!({}));
    w.no("recovery_renew", json!({ "password": WRONG }));
    let renewed = w.shown("recovery_renew", json!({ "password": NEXT }));
    let renewed: Vec<String> = serde_json::from_value(renewed["codes"].clone()).unwrap();
    for code in &renewed {
        planted.add("a recovery code", code.as_bytes());
    }
    w.ok("sign_out", json!({}));
    let with = |code: &str| json!({ "email": ADMIN, "password": NEXT, "code": code });
    w.no("sign_in", json!({ "email": ADMIN, "password": NEXT }));
    w.no("sign_in_with_code", with(&codes[0]));
    w.ok("sign_in_with_code", with(&renewed[0]));
    w.no("sign_in_with_code", with(&renewed[0]));
    w.ok("sign_in_with_code", with(&renewed[1]));
}

/// A code read out to somebody, tried wrong and right, and a mail server that does not answer.
fn codes_and_mail(w: &mut Watched, planted: &mut Planted) {
    let everybody = json!({ "filter": { "text": "Sam" }, "window": { "offset": 0, "limit": 1 } });
    let sam = w.ok("people_list", everybody)["rows"][0]["id"].clone();
    let code = w.shown("person_code", json!({ "id": sam }))["code"].clone();
    planted.add("a one-time code", code.as_str().unwrap().as_bytes());
    let finish = |code: &Value, password: &str| json!({ "email": "sam@example.org", "code": code, "password": password });
    w.no(
        "reset_finish",
        finish(&json!("00000-00000-00000-00000"), OTHERS),
    );
    w.ok("reset_finish", finish(&code, NEXT));
    w.no("reset_finish", finish(&code, NEXT));
    let rev = w.ok("mail_settings", json!({}))["rev"].clone();
    let server = json!({
        "host": "127.0.0.1", "port": 9, "security": "none", "from": ADMIN, "login": "clerk", "certificate": null,
    });
    w.ok(
        "mail_settings_update",
        json!({ "rev": rev, "server": server, "password": MAIL }),
    );
    w.call("mail_test", json!({ "to": ADMIN })).ok();
    w.ok("mail_settings", json!({}));
}

/// Addresses with a credential that lead nowhere, or to a server that does not know it.
fn servers(w: &mut Watched) {
    let server = testkit::server();
    let host = server
        .as_ref()
        .map_or("127.0.0.1:9".to_owned(), |database| {
            let rest = database.uri.split("://").nth(1).unwrap_or_default();
            let host = rest.rsplit('@').next().unwrap_or_default();
            host.split(['/', '?']).next().unwrap_or_default().to_owned()
        });
    let short = "serverSelectionTimeoutMS=300&connectTimeoutMS=300";
    for uri in [
        format!("mongodb://clerk:{DATABASE}@127.0.0.1:9/students?{short}"),
        format!("mongodb://clerk:{DATABASE}@{host}/students?{short}"),
        format!("mongodb://clerk:{DATABASE}@{host}/students?{short}&authMechanism={DATABASE}"),
        format!("mongodb://clerk:{DATABASE}@@nowhere"),
        format!("mongodb://clerk:{DATABASE}%zz@nowhere"),
        format!("{DATABASE}://nowhere"),
        format!("mongodb://nowhere.invalid/?tls=false&password={DATABASE}"),
    ] {
        let address = json!({ "uri": uri });
        w.call("connect_probe", address.clone()).ok();
        let attach = json!({ "address": address, "task": "t" });
        w.call("attach_preview", attach.clone()).ok();
        w.call("server_change", attach).ok();
    }
}

/// Files that hold what should not be in them, and files made here.
fn files(w: &mut Watched) {
    let table = format!("name,email,role\nEve,{WRONG},{WRONG}\n{WRONG},,\n");
    let content = BASE64.encode(table);
    let file = json!({ "kind": "people", "file": "people.csv", "content": content });
    // The sample of the file's rows is what its own reader put there.
    w.shown("import_inspect", file);
    w.ok(
        "list_save",
        json!({ "what": { "list": "people", "filter": {} }, "format": "csv", "task": "t" }),
    );
    let export =
        |password: &str| json!({ "passphrase": EXPORT, "password": password, "task": "t" });
    w.no("export_workspace", export(WRONG));
    let sealed = w.ok("export_workspace", export(NEXT));
    for secret in [EXPORT, WRONG] {
        let open =
            json!({ "path": sealed["path"], "passphrase": secret, "devicePassphrase": null });
        w.no("open_export", open);
    }
    w.ok("settings", json!({}));
}

#[test]
fn a_workspace_with_a_passphrase_keeps_its_keys_in_the_sealed_file_only() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("college");
    let keys = Keys::from_passphrase(Some(PASSPHRASE.to_owned()));
    let new = NewInstitution {
        institution: "Test College".into(),
        timezone: "Europe/London".into(),
        currency: domain::Currency::Gbp,
        admin_name: "Ada Byron".into(),
        admin_email: ADMIN.into(),
        password: PASSWORD.into(),
        cost: workflows::accounts::HashCost::Sample,
        sample: false,
    };
    let workspace = Workspace::create(
        &home,
        &keys,
        &new,
        &workflows::SystemClock,
        &workflows::SystemIds,
    )
    .unwrap();
    assert_eq!(workspace.key_source(), KeySource::Passphrase);
    let mut planted = Planted::default();
    planted.add("the passphrase", PASSPHRASE.as_bytes());
    planted.add("the password", PASSWORD.as_bytes());
    let key = workspace
        .vault()
        .get("replica-key")
        .unwrap()
        .expect("a key");
    planted.add("the replica's key", key.expose());
    // What is in the database is noise beside it.
    planted.add("a name", b"Ada Byron");
    planted.add("an address", ADMIN.as_bytes());
    drop(workspace);
    let mut files = 0;
    assert_eq!(
        planted.found_in_files(&home, &mut files),
        Vec::<String>::new()
    );
    assert!(files >= 3, "the database, the facts and the vault: {files}");
}
