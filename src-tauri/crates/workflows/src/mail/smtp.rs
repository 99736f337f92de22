//! The way to the mail server: SMTP, protected as the settings say, and what its answers mean.

use std::time::Duration;

use domain::settings::{MailSecurity, MailServer};
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
            "The mail server did not let this desktop in: {said}"
        ));
    }
    if error.is_permanent() {
        NotSent::Refused(format!("The mail server refused the letter: {said}"))
    } else if error.is_transient() {
        NotSent::NotNow(format!("The mail server is busy: {said}"))
    } else if error.is_tls() {
        NotSent::NotNow(format!("The line could not be protected: {said}"))
    } else {
        NotSent::NotNow(format!("The mail server was not reached: {said}"))
    }
}

/// The failure and what it came of, on one line, cut short.
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
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST)
        .collect()
}
