//! Encrypted connections: the institution's own authority, certificates that are not to be trusted, and ends
//! that do not speak the same.

use std::{
    fs,
    path::{Path, PathBuf},
};

use domain::{Collection, Refusal, Source};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use remote::{
    Server, ServerOptions,
    port::{Filter, Port, RemoteError, Slice, View},
};
use testkit::Mongod;

/// An authority that signs for a day's testing, and where its certificate lies.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

impl Authority {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        fs::write(folder.path().join("authority.pem"), certificate.pem()).unwrap();
        Self {
            issuer: Issuer::new(params, key),
            folder,
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// A certificate for these names and its key, in files of that name.
    fn certifies(&self, file: &str, params: &CertificateParams) -> (PathBuf, PathBuf) {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let at = |end: &str| self.folder.path().join(format!("{file}.{end}"));
        fs::write(at("crt"), certificate.pem()).unwrap();
        fs::write(at("key"), key.serialize_pem()).unwrap();
        fs::write(at("both"), certificate.pem() + &key.serialize_pem()).unwrap();
        (at("crt"), at("key"))
    }

    /// A server that shows this certificate.
    fn server(&self, params: &CertificateParams, more: &[&str]) -> Option<Mongod> {
        let (certificate, key) = self.certifies("server", params);
        let mut flags = vec![
            "--tls-cert-file",
            text(&certificate),
            "--tls-key-file",
            text(&key),
        ];
        flags.extend(more);
        Mongod::start(&flags)
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn named(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    CertificateParams::new(names).unwrap()
}

fn here() -> CertificateParams {
    named(&["localhost", "127.0.0.1"])
}

fn options(mongod: &Mongod, how: &str) -> ServerOptions {
    let uri = mongod.uri("school");
    ServerOptions::from_uri(format!("{uri}&serverSelectionTimeoutMS=2000&{how}"))
}

fn asked(options: &ServerOptions) -> Result<usize, RemoteError> {
    let people = Slice {
        source: Source::Documents(Collection::Users),
        filter: Filter::All,
        view: View::Whole,
    };
    let server = Server::connect(options)?;
    // A handshake may take longer than a call waits, on a machine with more to do.
    let mut answer = Ok(Vec::new());
    for _ in 0..5 {
        answer = server.page(&people, None, 10);
        if !answer.as_ref().is_err_and(RemoteError::is_transient) {
            break;
        }
    }
    Ok(answer?.len())
}

fn refusal(answer: Result<usize, RemoteError>) -> Refusal {
    match answer {
        Err(RemoteError::Address(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_institutions_own_authority_is_named_in_the_address() {
    let authority = Authority::new();
    let Some(mongod) = authority.server(&here(), &[]) else {
        return;
    };
    let trusted = options(
        &mongod,
        &format!("tls=true&tlsCAFile={}", text(&authority.file())),
    );
    assert!(trusted.target().unwrap().tls);
    assert_eq!(asked(&trusted), Ok(0));
    // As it is kept in the keyring and read again.
    let kept = ServerOptions::stored(trusted.connection_string().unwrap());
    assert_eq!(asked(&kept), Ok(0));

    let unknown = refusal(asked(&options(&mongod, "tls=true")));
    assert_eq!(unknown.field.as_deref(), Some("tls"));
    assert!(unknown.message.contains("authority"), "{unknown:?}");

    // Without encryption the server does not answer at all.
    let plain = asked(&options(&mongod, "tls=false")).unwrap_err();
    assert!(plain.is_transient(), "{plain:?}");
}

#[test]
fn a_certificate_for_another_name_or_another_time_is_not_believed() {
    let authority = Authority::new();
    let how = format!("tls=true&tlsCAFile={}", text(&authority.file()));
    let Some(elsewhere) = authority.server(&named(&["db.example.org"]), &[]) else {
        return;
    };
    let refused = refusal(asked(&options(&elsewhere, &how)));
    assert!(refused.message.contains("another name"), "{refused:?}");

    let mut old = here();
    old.not_before = rcgen::date_time_ymd(2020, 1, 1);
    old.not_after = rcgen::date_time_ymd(2021, 1, 1);
    let expired = authority.server(&old, &[]).unwrap();
    let refused = refusal(asked(&options(&expired, &how)));
    assert!(refused.message.contains("run out"), "{refused:?}");
}

#[test]
fn a_server_that_wants_a_certificate_of_the_desktop_is_given_it() {
    let authority = Authority::new();
    let file = authority.file();
    let flags = ["--tls-ca-file", text(&file), "--tls-require-client-cert"];
    let Some(mongod) = authority.server(&here(), &flags) else {
        return;
    };
    let trusted = format!("tls=true&tlsCAFile={}", text(&file));
    assert!(asked(&options(&mongod, &trusted)).is_err());
    let mut desktop = named(&[]);
    desktop
        .distinguished_name
        .push(rcgen::DnType::CommonName, "desktop");
    authority.certifies("desktop", &desktop);
    let own = authority.folder.path().join("desktop.both");
    let how = format!("{trusted}&tlsCertificateKeyFile={}", text(&own));
    assert_eq!(asked(&options(&mongod, &how)), Ok(0));
}

#[test]
fn a_server_without_encryption_is_not_spoken_to_in_the_clear() {
    let Some(mongod) = Mongod::start(&[]) else {
        return;
    };
    let refused = asked(&options(&mongod, "tls=true")).unwrap_err();
    assert!(refused.is_transient(), "{refused:?}");
}
