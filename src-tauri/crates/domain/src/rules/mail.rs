//! By which server an institution's mail goes out: what may be written into its settings. The
//! credential is none of theirs; sending is the mail workflow's.

use std::net::IpAddr;

use crate::{
    error::{Code, Refusal},
    rules::people,
    settings::{MailSecurity, MailServer},
};

/// Longest name of a host (RFC 1035, section 2.3.4).
const HOST_MAX: usize = 253;
/// Longest login.
const LOGIN_MAX: usize = 256;

/// Longest certificate, in bytes.
const CERTIFICATE_MAX: usize = 16 * 1024;

/// The server as typed, checked. `port` is 1 to 65535. Without encryption only on this computer.
pub fn server(
    host: &str,
    port: i64,
    security: MailSecurity,
    from: &str,
    login: Option<&str>,
    certificate: Option<&str>,
) -> Result<MailServer, Refusal> {
    let host = self::host(host)?;
    let port = u16::try_from(port)
        .ok()
        .filter(|port| *port > 0)
        .ok_or_else(|| {
            Refusal::field(
                Code::Invalid,
                "port",
                "The port is a number from 1 to 65535.",
            )
        })?;
    if security == MailSecurity::None && !is_loopback(&host) {
        return Err(Refusal::field(
            Code::Invalid,
            "security",
            "Without encryption mail goes to a server on this computer only.",
        ));
    }
    let from = people::email(from).map_err(|refusal| Refusal {
        field: Some("from".to_owned()),
        ..refusal
    })?;
    let login = login.map(str::trim).filter(|login| !login.is_empty());
    if let Some(login) = login {
        if login.chars().count() > LOGIN_MAX {
            let message = format!("The login has more than {LOGIN_MAX} characters.");
            return Err(Refusal::field(Code::TooLong, "login", message));
        }
        if login.chars().any(char::is_control) {
            let message = "The login contains characters that cannot be shown.";
            return Err(Refusal::field(Code::Invalid, "login", message));
        }
    }
    Ok(MailServer {
        host,
        port,
        security,
        from,
        login: login.map(str::to_owned),
        certificate: self::certificate(certificate)?,
    })
}

/// A certificate as PEM has this form; whether it is one is seen when it is used.
fn certificate(text: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if text.len() > CERTIFICATE_MAX {
        let message = "The certificate is longer than 16 KiB.";
        return Err(Refusal::field(Code::TooLong, "certificate", message));
    }
    if !text.starts_with("-----BEGIN CERTIFICATE-----") {
        return Err(Refusal::field(
            Code::Invalid,
            "certificate",
            "A certificate begins with the line -----BEGIN CERTIFICATE-----.",
        ));
    }
    Ok(Some(text.to_owned()))
}

fn host(text: &str) -> Result<String, Refusal> {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    if text.is_empty() {
        return Err(Refusal::field(
            Code::Required,
            "host",
            "Name the mail server.",
        ));
    }
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let named = text.len() <= HOST_MAX && text.split('.').all(label);
    if named || text.parse::<IpAddr>().is_ok() {
        Ok(text)
    } else {
        Err(Refusal::field(
            Code::Invalid,
            "host",
            "This is neither the name of a server nor an address.",
        ))
    }
}

/// Whether a name means this computer.
pub fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
