//! A MongoDB connection string taken apart and put together again, with its credential or without.
//!
//! As the connection string specification has it; what the options mean is the driver's business.
//! Deliberately absent: a `Debug` that shows the password.

use std::{fmt, net::IpAddr};

use domain::{Code, Refusal};

use crate::address::ENVIRONMENT;

/// A connection string.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Uri {
    /// `mongodb+srv`: hosts come from DNS.
    pub(crate) srv: bool,
    /// Login's name, decoded.
    pub(crate) login: Option<String>,
    /// Password, decoded.
    pub(crate) password: Option<String>,
    /// Hosts as written.
    hosts: String,
    /// Database, decoded.
    pub(crate) database: Option<String>,
    /// Options in their order, as written.
    options: Vec<(String, String)>,
}

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl Uri {
    /// Takes a connection string apart. No message repeats any of it.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let (srv, rest) = if let Some(rest) = text.strip_prefix("mongodb://") {
            (false, rest)
        } else if let Some(rest) = text.strip_prefix("mongodb+srv://") {
            (true, rest)
        } else {
            return Err(wrong("It begins with mongodb:// or mongodb+srv://."));
        };
        let (rest, options) = match rest.split_once('?') {
            Some((rest, options)) => (rest, options),
            None => (rest, ""),
        };
        // A slash within the credential must be written %2F, so the first one ends the hosts.
        let (authority, database) = match rest.split_once('/') {
            Some((authority, database)) => (authority, database),
            None => (rest, ""),
        };
        let (credential, hosts) = match authority.rsplit_once('@') {
            Some((credential, hosts)) => (Some(credential), hosts),
            None => (None, authority),
        };
        let mut uri = Self::of_hosts(hosts)?;
        uri.srv = srv;
        if let Some(credential) = credential {
            let (login, password) = match credential.split_once(':') {
                Some((login, password)) => (login, Some(password)),
                None => (credential, None),
            };
            let decoded = |text: &str| {
                let reserved = |c: char| "/?#[]@:".contains(c);
                if text.contains(reserved) {
                    return None;
                }
                decode(text)
            };
            let unfit = || {
                wrong(
                    "Characters such as : / ? # [ ] @ % in the name or password are written as %3A, %2F and so on.",
                )
            };
            uri.login = Some(
                decoded(login)
                    .filter(|name| !name.is_empty())
                    .ok_or_else(unfit)?,
            );
            uri.password = match password {
                Some(password) => Some(decoded(password).ok_or_else(unfit)?),
                None => None,
            };
        }
        if !database.is_empty() {
            uri.database = Some(
                decode(database).ok_or_else(|| wrong("The database's name is not readable."))?,
            );
        }
        for option in options.split('&').filter(|option| !option.is_empty()) {
            let (name, value) = option
                .split_once('=')
                .ok_or_else(|| wrong("An option after the question mark has no value."))?;
            uri.options.push((name.to_owned(), value.to_owned()));
        }
        Ok(uri)
    }

    /// Of hosts only.
    pub(crate) fn of_hosts(hosts: &str) -> Result<Self, Refusal> {
        let unfit = |c: char| c.is_whitespace() || c.is_control() || "@/?#".contains(c);
        if hosts.is_empty() || hosts.split(',').any(str::is_empty) || hosts.contains(unfit) {
            return Err(wrong(
                "It names the server's host, several separated by commas.",
            ));
        }
        Ok(Self {
            srv: false,
            login: None,
            password: None,
            hosts: hosts.to_owned(),
            database: None,
            options: Vec::new(),
        })
    }

    /// Whether it has an option of this name (they are not told apart by case).
    pub(crate) fn has(&self, name: &str) -> bool {
        self.option(name).is_some()
    }

    /// An option that is true or false.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.option(name).map(|value| value == "true")
    }

    /// Gives an option this value, in place of any other.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.options.retain(|(had, _)| {
            let same = had.eq_ignore_ascii_case(name);
            let other_name = name == "tls" && had.eq_ignore_ascii_case("ssl");
            !same && !other_name
        });
        self.options.push((name.to_owned(), encode(value)));
    }

    /// Takes an option out.
    pub(crate) fn forget(&mut self, name: &str) {
        self.options
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    /// Whether the login is known to somebody else than the server (certificate, cloud, directory).
    pub(crate) fn authenticates_elsewhere(&self) -> bool {
        self.option("authMechanism")
            .is_some_and(|mechanism| !mechanism.to_ascii_uppercase().starts_with("SCRAM"))
    }

    /// Whether every host is this computer.
    pub(crate) fn is_loopback(&self) -> bool {
        !self.srv
            && self.hosts.split(',').all(|host| {
                let name = match host.strip_prefix('[') {
                    Some(rest) => rest.split(']').next().unwrap_or_default(),
                    None => host.split(':').next().unwrap_or_default(),
                };
                name.eq_ignore_ascii_case("localhost")
                    || name.ends_with(".sock")
                    || name
                        .parse()
                        .is_ok_and(|address: IpAddr| address.is_loopback())
            })
    }

    /// For people: without credential, and without options that may hold one.
    pub(crate) fn shown(&self) -> String {
        let mut shown = format!("{}{}", self.scheme(), self.hosts);
        if let Some(set) = self.option("replicaSet") {
            shown.push_str(" (");
            shown.push_str(set);
            shown.push(')');
        }
        shown
    }

    /// Complete.
    pub(crate) fn with_credential(&self) -> String {
        let mut text = self.scheme().to_owned();
        if let Some(login) = &self.login {
            text.push_str(&encode(login));
            if let Some(password) = &self.password {
                text.push(':');
                text.push_str(&encode(password));
            }
            text.push('@');
        }
        text.push_str(&self.hosts);
        text.push('/');
        if let Some(database) = &self.database {
            text.push_str(&encode(database));
        }
        for (at, (name, value)) in self.options.iter().enumerate() {
            text.push(if at == 0 { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            text.push_str(value);
        }
        text
    }

    /// An option of ours.
    pub(crate) fn own(&self, name: &str) -> Option<&str> {
        self.option(name)
    }

    /// As the driver reads it: options it does not know are left to it to refuse, but for ours, and the one
    /// it has no use for and whose place [`crate::Timing`] takes.
    pub(crate) fn for_driver(&self) -> String {
        let mut uri = self.clone();
        uri.options.retain(|(name, _)| {
            !name.eq_ignore_ascii_case("socketTimeoutMS") && !name.eq_ignore_ascii_case(ENVIRONMENT)
        });
        uri.with_credential()
    }

    /// Everything that may not be shown, encoded and not.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let mut secrets = Vec::new();
        if let Some(password) = &self.password {
            secrets.push(password.clone());
            secrets.push(encode(password));
        }
        for (name, value) in &self.options {
            if name.to_ascii_lowercase().contains("password") || name == "authMechanismProperties" {
                secrets.push(value.clone());
            }
        }
        secrets
    }

    const fn scheme(&self) -> &'static str {
        if self.srv {
            "mongodb+srv://"
        } else {
            "mongodb://"
        }
    }

    fn option(&self, name: &str) -> Option<&str> {
        self.options
            .iter()
            .find(|(had, _)| had.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

fn wrong(why: &str) -> Refusal {
    Refusal::field(
        Code::Invalid,
        "uri",
        format!("This is not the address of a MongoDB server. {why}"),
    )
}

fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = after.get(2..)?;
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn what_is_taken_apart_goes_together_again() {
        for text in [
            "mongodb://localhost/",
            "mongodb://a:1,b:2/db?replicaSet=rs0&tls=true",
            "mongodb+srv://u:p%40ss@cluster.example.org/students?retryWrites=true",
            "mongodb://[::1]:27017/",
        ] {
            assert_eq!(Uri::parse(text).unwrap().with_credential(), text);
        }
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_it() {
        for text in [
            "",
            "localhost",
            "http://h",
            "mongodb://",
            "mongodb://u:se@cret@h",
            "mongodb://u:sec%zzret@h",
            "mongodb://:secret@h",
            "mongodb://h,/db",
            "mongodb://h/?secret",
        ] {
            let refusal = Uri::parse(text).unwrap_err();
            assert_eq!(refusal.field.as_deref(), Some("uri"), "{text}");
            assert!(!refusal.message.contains("secret"), "{refusal}");
            assert!(!refusal.message.contains("cret@"), "{refusal}");
        }
    }

    /// Pieces of addresses, of which ten thousand are put together.
    const PIECES: [&str; 32] = [
        "u",
        "u:p@",
        ":",
        "@",
        "%",
        "%4",
        "%40",
        "%2F",
        "[::1]",
        "[",
        "]",
        ":27017",
        ":99999",
        ",",
        "/",
        "?",
        "&",
        "=",
        "tls=true",
        "tls=perhaps",
        "replicaSet=rs0",
        "authMechanism=PLAIN",
        "authSource=",
        "compressors=zlib,x",
        "maxPoolSize=-1",
        "readPreferenceTags=a:b",
        "w=majority",
        "host",
        "10.0.0.1",
        "\u{fc}",
        " ",
        "localhost.",
    ];

    /// What passes here is handed to the driver, whose own reading of it must end in a refusal at worst.
    #[test]
    fn the_driver_reads_or_refuses_what_is_let_through() {
        let mut through = 0;
        for n in 0..10_000_u32 {
            let choice = Sha256::digest(n.to_be_bytes());
            let scheme = ["mongodb://", "mongodb+srv://"][usize::from(choice[0] % 2)];
            let pieces = choice[2..]
                .iter()
                .take(usize::from(choice[1] % 9) + 1)
                .map(|byte| PIECES[usize::from(byte % 32)]);
            let text: String = std::iter::once(scheme).chain(pieces).collect();
            if let Ok(uri) = Uri::parse(&text) {
                drop(mongodb::options::ConnectionString::parse(uri.for_driver()));
                assert_eq!(Uri::parse(&uri.with_credential()), Ok(uri), "{text}");
                through += 1;
            }
        }
        assert!(through > 500, "{through} were let through");
    }

    #[test]
    fn a_percent_without_two_digits_is_refused() {
        for text in ["%", "%4", "%+f", "% f", "%zz", "%4\u{fc}"] {
            assert_eq!(decode(text), None, "{text}");
        }
        assert_eq!(decode("%2B%c3%BC").as_deref(), Some("+\u{fc}"));
    }

    #[test]
    fn only_this_computer_is_loopback() {
        let is = |hosts: &str| Uri::of_hosts(hosts).unwrap().is_loopback();
        assert!(is("localhost:27017"));
        assert!(is("127.0.0.1,[::1]:27018"));
        assert!(!is("localhost,db.example.org"));
        assert!(!is("10.0.0.5"));
        assert!(!Uri::parse("mongodb+srv://localhost").unwrap().is_loopback());
    }

    #[test]
    fn nothing_shows_the_password() {
        let uri = Uri::parse("mongodb://u:p%40ss@h/db?tlsCertificateKeyFilePassword=also").unwrap();
        for shown in [format!("{uri:?}"), uri.shown()] {
            assert!(
                !shown.contains("p@ss") && !shown.contains("p%40ss") && !shown.contains("also")
            );
        }
        assert_eq!(uri.secrets(), ["p@ss", "p%40ss", "also"]);
    }
}
