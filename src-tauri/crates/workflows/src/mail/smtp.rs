//! The way to the mail server: SMTP, protected as the settings say, and what its answers mean.

use std::time::Duration;

use domain::{
    settings::{MailSecurity, MailServer},
    text::without_os_numbers,
};
use lettre::{
    Address, Message, SmtpTransport, Transport,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use vault::Sensitive;

use super::letter::Written;

/// How long a server may keep silent.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why a letter did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NotSent {
    /// The server has said no to this letter for good.
    Refused(String),
    /// Not now: the server is not reached, wants something else, or is busy.
    NotNow(String),
}

impl NotSent {
    /// Why, for people.
    pub(super) fn reason(&self) -> &str {
        match self {
            Self::Refused(reason) | Self::NotNow(reason) => reason,
        }
    }
}

/// A letter with its address.
#[derive(Debug)]
pub(super) struct Addressed<'a> {
    /// The part of its identifier before the @.
    pub(super) message_id: &'a str,
    /// From which institution.
    pub(super) institution: &'a str,
    /// The name of the reader.
    pub(super) name: &'a str,
    /// Their address.
    pub(super) to: &'a str,
    /// What it says.
    pub(super) written: &'a Written,
}

/// The server, ready to take letters. Nothing is said to it before the first.
pub(super) struct Post {
    transport: SmtpTransport,
    from: Address,
}

impl Post {
    /// To this server, with the login's password.
    pub(super) fn to(
        server: &MailServer,
        password: Option<&Sensitive<String>>,
    ) -> Result<Self, NotSent> {
        let from = server
            .from
            .parse()
            .map_err(|_| NotSent::NotNow("The sender's address cannot be used.".to_owned()))?;
        let tls = match server.security {
            MailSecurity::None => Tls::None,
            MailSecurity::Starttls => Tls::Required(parameters(server)?),
            MailSecurity::Tls => Tls::Wrapper(parameters(server)?),
        };
        let mut builder = SmtpTransport::builder_dangerous(&server.host)
            .port(server.port)
            .tls(tls)
            .timeout(Some(PATIENCE))
            // The computer's own name is nobody's business (RFC 5321, 4.1.1.1, allows a literal).
            .hello_name(ClientId::Ipv4(std::net::Ipv4Addr::LOCALHOST));
        if let (Some(login), Some(password)) = (&server.login, password) {
            builder =
                builder.credentials(Credentials::new(login.clone(), password.expose().clone()));
        }
        Ok(Self {
            transport: builder.build(),
            from,
        })
    }

    /// Hands a letter over.
    pub(super) fn send(&self, letter: &Addressed<'_>) -> Result<(), NotSent> {
        let to: Address = letter
            .to
            .parse()
            .map_err(|_| NotSent::Refused("The address cannot be used.".to_owned()))?;
        let message = Message::builder()
            .message_id(Some(format!(
                "<{}@{}>",
                letter.message_id,
                self.from.domain()
            )))
            .from(Mailbox::new(
                Some(letter.institution.to_owned()),
                self.from.clone(),
            ))
            .to(Mailbox::new(
                Some(letter.name.to_owned()).filter(|name| !name.is_empty()),
                to,
            ))
            .subject(letter.written.subject.clone())
            // RFC 3834: nobody's holiday notice answers.
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .multipart(MultiPart::alternative_plain_html(
                letter.written.text.clone(),
                letter.written.html.clone(),
            ))
            .map_err(|error| NotSent::Refused(error.to_string()))?;
        self.transport
            .send(&message)
            .map_err(|error| meaning(&error))?;
        Ok(())
    }
}

fn parameters(server: &MailServer) -> Result<TlsParameters, NotSent> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(pem) = &server.certificate {
        let certificate = Certificate::from_pem(pem.as_bytes()).map_err(|_| {
            NotSent::NotNow("The certificate in the settings cannot be read.".to_owned())
        })?;
        builder = builder.add_root_certificate(certificate);
    }
    builder
        .build()
        .map_err(|error| NotSent::NotNow(format!("TLS cannot be prepared: {error}")))
}

/// Answers that are about the sender's account and not about the letter: signing in is wanted or failed,
/// or the line is not protected enough (RFC 4954, section 6; RFC 3207, section 4).
const ABOUT_US: [&str; 5] = ["454", "530", "534", "535", "538"];

/// What a failure means. What servers answer may repeat an address, never a password or a letter.
fn meaning(error: &Error) -> NotSent {
    let code = error.status().map(|code| code.to_string());
    let said = said(error);
    if let Some(code) = &code
        && ABOUT_US.contains(&code.as_str())
    {
        return NotSent::NotNow(format!(
            "The mail server did not let this desktop in: {}",
            not_let_in(code, &said)
        ));
    }
    if error.is_permanent() {
        NotSent::Refused(format!("The mail server refused the letter: {said}"))
    } else if error.is_transient() {
        NotSent::NotNow(format!("The mail server is busy: {said}"))
    } else if error.is_tls() {
        NotSent::NotNow(format!("The line could not be protected: {said}"))
    } else {
        let why = unreached(&said, error.is_timeout());
        NotSent::NotNow(format!("The mail server was not reached: {why}"))
    }
}

/// Why the login was not taken: 535 says that its name or password is wrong (RFC 4954, section 6).
fn not_let_in(code: &str, said: &str) -> String {
    if code == "535" {
        format!("it does not accept the login with this password ({said})")
    } else {
        said.to_owned()
    }
}

/// Why nothing was reached: in words for the usual mistakes of an address, else as the library gives the cause.
fn unreached(said: &str, silent: bool) -> String {
    let any = |of: &[&str]| of.iter().any(|part| said.contains(part));
    if any(&["Connection refused", "actively refused"]) {
        "no server answers at this address.".to_owned()
    } else if any(&[
        "failed to lookup address",
        "No such host",
        "could not resolve",
    ]) {
        "this computer knows no server of this name.".to_owned()
    } else if silent || any(&["timed out", "temporarily unavailable"]) {
        "nothing answered in time".to_owned()
    } else {
        said.to_owned()
    }
}

/// The failure and what it came of, on one line, cut short, without the library's and the operating system's
/// numbers.
fn said(error: &Error) -> String {
    const LONGEST: usize = 300;
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    told(&text).chars().take(LONGEST).collect()
}

/// `permanent error (535): 5.7.8 No` is what the server answered, 5.7.8 No; ` (os error 111)` says nothing to a
/// person.
fn told(text: &str) -> String {
    let answer = match text.split_once("): ") {
        Some((kind, answer))
            if kind.starts_with("permanent error (") || kind.starts_with("transient error (") =>
        {
            answer
        }
        _ => text,
    };
    without_os_numbers(answer).replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_not_reached_is_told_without_numbers() {
        let why = |text: &str| unreached(&told(text), false);
        assert_eq!(
            why("Connection error: Connection refused (os error 111)"),
            "no server answers at this address."
        );
        assert_eq!(
            why(
                "Connection error: failed to lookup address information: Name or service not known"
            ),
            "this computer knows no server of this name."
        );
        assert_eq!(
            why("network error: Resource temporarily unavailable (os error 11)"),
            "nothing answered in time"
        );
        assert_eq!(
            why("network error: Connection reset by peer (os error 104)"),
            "network error: Connection reset by peer"
        );
        assert_eq!(unreached("network error", true), "nothing answered in time");
    }

    #[test]
    fn what_a_server_answered_is_told_in_its_own_words_alone() {
        assert_eq!(
            told("permanent error (550): 5.1.1 Nobody\r\nhere (really): no"),
            "5.1.1 Nobody  here (really): no"
        );
        assert_eq!(told("permanent error (550)"), "permanent error (550)");
        assert_eq!(
            not_let_in("535", &told("permanent error (535): 5.7.8 Wrong")),
            "it does not accept the login with this password (5.7.8 Wrong)"
        );
        assert_eq!(
            not_let_in("530", "5.7.0 Authentication required"),
            "5.7.0 Authentication required"
        );
    }
}
