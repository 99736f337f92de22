//! Addresses: where they lead, what is refused, what is kept, and that none shows its credential.

use domain::DeviceId;
use remote::{Environment, Server, ServerOptions, port::RemoteError};

const PASSWORD: &str = "s3cr:t@/pass word";

fn parts() -> ServerOptions {
    ServerOptions {
        hosts: Some("db1.example.org:27017, db2.example.org".to_owned()),
        username: Some("office".to_owned()),
        password: Some(PASSWORD.to_owned()),
        replica_set: Some("rs0".to_owned()),
        tls: true,
        ..ServerOptions::default()
    }
}

/// What is typed, where it leads, and whether it is encrypted.
#[test]
fn addresses_lead_where_they_say() {
    let table = [
        ("mongodb://localhost", "students_enrollment_prod", false),
        ("mongodb://127.0.0.1:1/x", "x", false),
        (
            "mongodb://db.example.org/students_enrollment_dev?tls=true",
            "students_enrollment_dev",
            true,
        ),
        (
            "mongodb://db.example.org/?ssl=true&replicaSet=rs0",
            "students_enrollment_prod",
            true,
        ),
        ("mongodb+srv://u:p@c.example.org/school", "school", true),
    ];
    for (uri, database, tls) in table {
        let target = ServerOptions::from_uri(uri).target().unwrap();
        assert_eq!(
            (target.database.as_str(), target.tls),
            (database, tls),
            "{uri}"
        );
        assert_eq!(target.environment, Environment::of_database(database));
    }
}

#[test]
fn the_environment_chooses_the_database_unless_one_is_named() {
    for environment in Environment::ALL {
        let mut options = ServerOptions {
            environment: Some(environment),
            ..ServerOptions::from_uri("mongodb://localhost")
        };
        assert_eq!(options.target().unwrap().database, environment.database());
        options.database = Some("own".to_owned());
        assert_eq!(options.target().unwrap().database, "own");
    }
}

#[test]
fn what_cannot_be_is_refused_at_its_field() {
    let table = [
        ("", "uri"),
        ("localhost:27017", "uri"),
        ("mongodb://db.example.org", "tls"),
        ("mongodb://db.example.org/?tls=false", "tls"),
        ("mongodb+srv://c.example.org/?tls=false", "tls"),
        ("mongodb://localhost/admin", "database"),
        ("mongodb://localhost/a%20b", "database"),
    ];
    for (uri, field) in table {
        let refusal = ServerOptions::from_uri(uri).target().unwrap_err();
        assert_eq!(refusal.field.as_deref(), Some(field), "{uri}: {refusal}");
    }
    let insisted = ServerOptions {
        insecure: true,
        ..ServerOptions::from_uri("mongodb://db.example.org")
    };
    assert!(!insisted.target().unwrap().tls, "insisted on");
    let nobody = ServerOptions {
        username: None,
        ..parts()
    };
    assert_eq!(
        nobody.target().unwrap_err().field.as_deref(),
        Some("username")
    );
}

/// What the keyring keeps says all that was chosen, and reading it again changes nothing.
#[test]
fn what_is_kept_leads_to_the_same_place() {
    let device = DeviceId::new("DESK1").unwrap();
    for options in [
        parts(),
        ServerOptions {
            environment: Some(Environment::Testing),
            device: Some(device),
            ..ServerOptions::from_uri("mongodb+srv://u:p%40@c.example.org/?retryWrites=false")
        },
        ServerOptions {
            insecure: true,
            tls: false,
            ..parts()
        },
        ServerOptions::from_uri("mongodb://localhost"),
    ] {
        let kept = options.connection_string().unwrap();
        let again = ServerOptions::stored(kept.as_str());
        assert_eq!(again.target().unwrap(), options.target().unwrap());
        assert_eq!(again.connection_string().unwrap(), kept);
    }
    let kept = parts().connection_string().unwrap();
    assert!(kept.contains("office:s3cr%3At%40%2Fpass%20word@"), "{kept}");
    assert!(kept.contains("authSource=admin"), "{kept}");
}

/// Nothing anybody may see has the password in it, whole or encoded.
#[test]
fn no_output_has_the_credential() {
    let encoded = "s3cr%3At%40%2Fpass%20word";
    let options = ServerOptions {
        hosts: Some("127.0.0.1:1".to_owned()),
        tls: false,
        timing: remote::Timing {
            selection: std::time::Duration::from_millis(200),
            ..remote::Timing::default()
        },
        ..parts()
    };
    let server = Server::connect(&options).unwrap();
    let error = server.ping().unwrap_err();
    assert!(matches!(error, RemoteError::Transient(_)), "{error:?}");
    let bad = ServerOptions::from_uri(format!(
        "mongodb://office:{encoded}@localhost/?authMechanism=NO-SUCH"
    ));
    let refused = Server::connect(&bad).unwrap_err();
    assert!(matches!(refused, RemoteError::Address(_)), "{refused:?}");
    for shown in [
        format!("{options:?}"),
        format!("{server:?}"),
        format!("{error} {error:?}"),
        format!("{refused} {refused:?}"),
        format!("{:?} {:?}", server.events(), server.target()),
        format!("{bad:?}"),
    ] {
        assert!(
            !shown.contains("s3cr") && !shown.contains("pass word"),
            "{shown}"
        );
    }
}

#[test]
fn what_somebody_calls_production_is_production() {
    let named = |environment, uri: &str| ServerOptions {
        environment,
        ..ServerOptions::from_uri(uri)
    };
    let own = named(Some(Environment::Production), "mongodb://localhost/school");
    let target = own.target().unwrap();
    assert_eq!(target.database, "school");
    assert_eq!(target.environment, Some(Environment::Production));
    let kept = ServerOptions::stored(own.connection_string().unwrap());
    assert_eq!(
        kept.target().unwrap(),
        target,
        "also when the workspace is next opened"
    );
    assert_eq!(
        kept.connection_string().unwrap(),
        own.connection_string().unwrap()
    );
    let prod = named(
        Some(Environment::Development),
        "mongodb://localhost/students_enrollment_prod",
    );
    assert_eq!(
        prod.target().unwrap().environment,
        Some(Environment::Production)
    );
    assert_eq!(
        named(None, "mongodb://localhost/school")
            .target()
            .unwrap()
            .environment,
        None
    );
    // The driver never sees the word.
    assert!(Server::connect(&kept).is_ok());
}

#[test]
fn a_certificate_is_checked_unless_somebody_insists() {
    for option in [
        "tlsInsecure",
        "tlsAllowInvalidCertificates",
        "tlsAllowInvalidHostnames",
    ] {
        let uri = format!("mongodb://db.example.org/school?tls=true&{option}=true");
        let refusal = ServerOptions::from_uri(uri.as_str()).target().unwrap_err();
        assert_eq!(refusal.field.as_deref(), Some("tls"), "{option}");
        let insisted = ServerOptions {
            insecure: true,
            ..ServerOptions::from_uri(uri.as_str())
        };
        assert!(insisted.target().unwrap().unchecked, "{option}");
        let off = format!("mongodb://db.example.org/school?tls=true&{option}=false");
        assert!(
            !ServerOptions::from_uri(off.as_str())
                .target()
                .unwrap()
                .unchecked
        );
    }
}
