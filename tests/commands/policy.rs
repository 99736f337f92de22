//! What the window's page is allowed by configuration: its content security policy, its capabilities, and
//! that a release has no developer tools. That WebKit keeps to it is shown in `tests/window`.

use serde_json::Value;

use super::program::Program;

fn config() -> Value {
    serde_json::from_str(include_str!("../../tauri.conf.json")).expect("the configuration is JSON")
}

/// Everything a page may load or reach, by directive; nothing of it is somebody else's.
const POLICY: [(&str, &str); 10] = [
    ("default-src", "'self'"),
    ("script-src", "'self'"),
    ("style-src", "'self'"),
    ("img-src", "'self' data: blob:"),
    ("font-src", "'self' data:"),
    ("connect-src", "'self' ipc: http://ipc.localhost"),
    ("object-src", "'none'"),
    ("frame-src", "'none'"),
    ("base-uri", "'none'"),
    ("form-action", "'none'"),
];

#[test]
fn the_content_security_policy_has_nothing_unsafe() {
    let config = config();
    let security = config["app"]["security"]
        .as_object()
        .expect("a section on security");
    let policy = security["csp"].as_object().expect("a policy");
    let found: Vec<(&str, &str)> = policy
        .iter()
        .map(|(directive, sources)| (directive.as_str(), sources.as_str().expect("sources")))
        .collect();
    assert_eq!(found, POLICY);
    let text = config["app"]["security"]["csp"].to_string();
    for loose in ["unsafe", "*", "https:", "eval", "strict-dynamic"] {
        assert!(!text.contains(loose), "the policy holds {loose}");
    }
    for loosening in [
        "devCsp",
        "dangerousDisableAssetCspModification",
        "assetProtocol",
        "dangerousRemoteDomainIpcAccess",
    ] {
        assert!(
            !security.contains_key(loosening),
            "{loosening} would loosen it"
        );
    }
    assert!(
        config["app"].get("withGlobalTauri").is_none(),
        "scripts do not find Tauri by accident"
    );
    let window = &config["app"]["windows"][0];
    assert_eq!(
        window["create"], false,
        "the window is made behind its guards, by src/window.rs"
    );
    assert!(window.get("devtools").is_none() && window.get("url").is_none());
    assert!(config.get("plugins").is_none(), "no plugin is configured");
}

/// Tauri compiles the inspector into a release only when asked to by this feature.
#[test]
fn a_release_has_no_developer_tools_and_no_plugins() {
    let manifest = include_str!("../../Cargo.toml");
    let tauri: Vec<&str> = manifest
        .lines()
        .filter(|line| line.starts_with("tauri"))
        .collect();
    assert!(!tauri.is_empty());
    for line in tauri {
        assert!(!line.contains("devtools"), "{line}");
        assert!(!line.starts_with("tauri-plugin"), "{line}");
    }
}

/// Which commands are granted is compared with those that exist in `matrix`.
#[test]
fn the_only_capability_is_that_of_the_one_window() {
    let config = config();
    assert_eq!(
        config["app"]["security"]["capabilities"],
        serde_json::json!(["main"])
    );
    let files: Vec<_> = std::fs::read_dir(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src-tauri/capabilities"
    ))
    .expect("the capabilities")
    .map(|entry| entry.expect("a file").file_name())
    .collect();
    assert_eq!(files, ["main.json"]);
    let main: Value =
        serde_json::from_str(include_str!("../../src-tauri/capabilities/main.json")).expect("JSON");
    assert_eq!(main["windows"], serde_json::json!(["main"]));
    assert!(main.get("remote").is_none() && main.get("webviews").is_none());
    let own: Vec<&str> = main["permissions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|permission| permission.as_str().expect("a name, not a scope"))
        .filter(|name| !name.starts_with("allow-"))
        .collect();
    assert_eq!(
        own,
        ["core:event:allow-listen", "core:event:allow-unlisten"],
        "of Tauri itself only what hearing events takes"
    );
}

/// Whoever finds the window, locked or not, does not make this computer knock at addresses.
#[test]
fn no_address_is_tried_while_an_institution_is_open() {
    let program = Program::founded();
    let args = serde_json::json!({
        "uri": "mongodb://127.0.0.1:1/", "tls": false, "insecure": true, "database": "school",
    });
    let no = program.no("connect_probe", args.clone());
    assert_eq!(no.code, "wrong-state", "{}", no.message);
    program.ok("lock", serde_json::json!({}));
    let no = program.no("connect_probe", args);
    assert_eq!(no.code, "wrong-state", "{}", no.message);
}
