//! What a failure of the driver means: passing, for ever, or a refusal of the login.
//!
//! Codes are MongoDB's (`src/mongo/base/error_codes.yml`); the passing ones are those the driver
//! specifications call retryable, and those that say somebody else was in the way.

use bson::{Bson, Document, RawDocumentBuf};
use domain::{Code, Refusal, text::without_os_numbers};
use mongodb::error::{
    Error, ErrorKind, RETRYABLE_WRITE_ERROR, TRANSIENT_TRANSACTION_ERROR,
    UNKNOWN_TRANSACTION_COMMIT_RESULT, WriteFailure,
};

use crate::port::RemoteError;

/// Longest passage of a driver's message that is repeated to a person.
const LONGEST: usize = 300;

/// A value of a unique index was there already.
pub(crate) const DUPLICATE: i32 = 11000;
/// The document breaks the collection's validator.
pub(crate) const INVALID_DOCUMENT: i32 = 121;
/// The login may not do this.
pub(crate) const UNAUTHORIZED: i32 = 13;
/// The collection is not there.
pub(crate) const NO_NAMESPACE: i32 = 26;

const WRONG_LOGIN: [i32; 2] = [18, 334];
/// What Atlas answers for whatever it does not let through: the words say what.
const ATLAS: i32 = 8000;
/// InvalidResumeToken, ChangeStreamFatalError, ChangeStreamHistoryLost, CursorKilled, and what a server
/// says of a token whose form it does not know (40647 and 40648).
const HISTORY_LOST: [i32; 6] = [260, 280, 286, 237, 40647, 40648];
/// No change streams (40573), no transactions (20, 263), no such command or option (59, 115, 238), no
/// text index (67).
const UNSUPPORTED: [i32; 7] = [40573, 20, 263, 59, 115, 238, 67];
const PASSING: [i32; 27] = [
    6, 7, 24, 43, 46, 50, 64, 79, 89, 91, 100, 112, 133, 134, 189, 202, 225, 251, 262, 290, 358,
    462, 9001, 10107, 11600, 11602, 14031,
];
const NOT_PRIMARY: [i32; 3] = [10058, 13435, 13436];

/// The code the server gave, if it was the server that failed.
pub(crate) fn code(error: &Error) -> Option<i32> {
    match error.kind.as_ref() {
        ErrorKind::Command(failure) => Some(failure.code),
        ErrorKind::Write(WriteFailure::WriteError(failure)) => Some(failure.code),
        ErrorKind::Write(WriteFailure::WriteConcernError(failure)) => Some(failure.code),
        ErrorKind::InsertMany(failure) => failure
            .write_errors
            .as_ref()
            .and_then(|errors| errors.first())
            .map(|first| first.code)
            .or_else(|| failure.write_concern_error.as_ref().map(|c| c.code)),
        ErrorKind::BulkWrite(failure) => failure
            .write_errors
            .values()
            .next()
            .map(|first| first.code)
            .or_else(|| failure.write_concern_errors.first().map(|c| c.code)),
        _ => None,
    }
}

/// What the server said, in its own words.
pub(crate) fn message(error: &Error) -> String {
    match error.kind.as_ref() {
        ErrorKind::Command(failure) => failure.message.clone(),
        ErrorKind::Write(WriteFailure::WriteError(failure)) => failure.message.clone(),
        ErrorKind::Write(WriteFailure::WriteConcernError(failure)) => failure.message.clone(),
        ErrorKind::InsertMany(failure) => failure
            .write_errors
            .as_ref()
            .and_then(|errors| errors.first())
            .map_or_else(String::new, |first| first.message.clone()),
        other => other.to_string(),
    }
}

/// Whether the whole transaction may be tried again.
pub(crate) fn transaction_may_pass(error: &Error) -> bool {
    error.contains_label(TRANSIENT_TRANSACTION_ERROR) || matches!(code(error), Some(112 | 251))
}

/// Whether the commit may be sent again, its fate being unknown.
pub(crate) fn commit_may_pass(error: &Error) -> bool {
    error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT)
}

/// What the failure means to whoever called.
pub(crate) fn meaning(error: &Error) -> RemoteError {
    let said = || shortened(&message(error));
    // Only what was said of making a connection: what the server answers may repeat anybody's words.
    if let kind @ (ErrorKind::ServerSelection { .. } | ErrorKind::Io(_)) = error.kind.as_ref()
        && let Some(refusal) = unbelieved(&kind.to_string())
    {
        return RemoteError::Address(refusal);
    }
    match error.kind.as_ref() {
        ErrorKind::Authentication { .. } => {
            return RemoteError::Unauthorized(not_let_in(&message(error)));
        }
        ErrorKind::ServerSelection { message, .. } => {
            return if message.contains("Authentication") {
                RemoteError::Unauthorized(not_let_in(message))
            } else {
                RemoteError::Transient(no_server(message))
            };
        }
        ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. } => {
            return RemoteError::Transient(format!("the connection broke ({})", said()));
        }
        ErrorKind::DnsResolve { .. } => {
            return RemoteError::Transient(format!("its name is not known ({})", said()));
        }
        ErrorKind::SessionsNotSupported | ErrorKind::IncompatibleServer { .. } => {
            return RemoteError::Unsupported(said());
        }
        ErrorKind::Shutdown => {
            return RemoteError::Transient("the connection was closed".to_owned());
        }
        _ => {}
    }
    let Some(code) = code(error) else {
        return RemoteError::Failed(said());
    };
    if code == ATLAS {
        of_atlas(&message(error), said())
    } else if WRONG_LOGIN.contains(&code) {
        RemoteError::Unauthorized(not_let_in(&message(error)))
    } else if code == UNAUTHORIZED {
        // A connection without any login hears the same number.
        if message(error).contains("requires authentication") {
            RemoteError::Unauthorized(not_let_in(&message(error)))
        } else {
            RemoteError::Forbidden(said())
        }
    } else if HISTORY_LOST.contains(&code) {
        RemoteError::HistoryLost
    } else if PASSING.contains(&code)
        || NOT_PRIMARY.contains(&code)
        || error.contains_label(TRANSIENT_TRANSACTION_ERROR)
        || error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT)
        || error.contains_label(RETRYABLE_WRITE_ERROR)
    {
        RemoteError::Transient(format!("it was busy ({})", said()))
    } else if UNSUPPORTED.contains(&code) {
        RemoteError::Unsupported(said())
    } else {
        RemoteError::Failed(said())
    }
}

/// What Atlas means by its one number: a wrong login, a right the login lacks, a limit of the tier that
/// passes, or something else.
fn of_atlas(words: &str, said: String) -> RemoteError {
    let words = words.to_lowercase();
    let any = |of: &[&str]| of.iter().any(|part| words.contains(part));
    if any(&["auth failed", "authentication", "bad auth"]) {
        RemoteError::Unauthorized(not_let_in(&said))
    } else if any(&["not allowed", "not authorized", "unauthorized"]) {
        RemoteError::Forbidden(said)
    } else if any(&[
        "over the",
        "quota",
        "too many",
        "limit",
        "timed out",
        "try again",
    ]) {
        RemoteError::Transient(format!("it was busy ({said})"))
    } else if any(&["not supported", "unsupported", "unknown"]) {
        RemoteError::Unsupported(said)
    } else {
        RemoteError::Failed(said)
    }
}

/// The unique index that refused a value: the fields of its key, in order.
pub(crate) fn duplicate_key(error: &Error) -> Option<Vec<String>> {
    // The driver keeps the server's whole answer of some commands only.
    let answered = error.server_response().and_then(document);
    let pattern = answered.as_ref().and_then(|answer| {
        answer
            .get_document("keyPattern")
            .ok()
            .or_else(|| first_write_error(answer)?.get_document("keyPattern").ok())
    });
    match pattern {
        Some(pattern) => Some(pattern.keys().cloned().collect()),
        None => key_told(&message(error)),
    }
}

/// The same of an error that stands in an answer.
pub(crate) fn key_of(error: &Document) -> Option<Vec<String>> {
    match error.get_document("keyPattern") {
        Ok(pattern) => Some(pattern.keys().cloned().collect()),
        Err(_) => key_told(error.get_str("errmsg").ok()?),
    }
}

/// The fields in `… dup key: { user: ObjectId('…'), course: ObjectId('…') }`.
fn key_told(message: &str) -> Option<Vec<String>> {
    let (_, told) = message.split_once("dup key: {")?;
    let mut fields = Vec::new();
    let (mut depth, mut quoted, mut escaped) = (0_i32, None, false);
    let mut word = String::new();
    for c in told.chars() {
        if let Some(quote) = quoted {
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == quote {
                quoted = None;
            }
            continue;
        }
        match c {
            // A quote where a name is expected belongs to the name.
            '"' | '\'' if depth == 0 && word != "value" => {}
            '"' | '\'' => quoted = Some(c),
            '{' | '(' | '[' => depth += 1,
            '}' if depth == 0 => break,
            '}' | ')' | ']' => depth -= 1,
            ':' if depth == 0 => {
                fields.push(word.trim().trim_matches('"').to_owned());
                // What follows is a value, up to the next comma.
                word = "value".to_owned();
            }
            ',' if depth == 0 => word.clear(),
            _ if depth == 0 && word != "value" => word.push(c),
            _ => {}
        }
    }
    (!fields.is_empty()).then_some(fields)
}

/// The field a validator refused, as a dotted path, where the server says.
pub(crate) fn invalid_field(error: &Error) -> Option<String> {
    let mut path = Vec::new();
    if let ErrorKind::Write(WriteFailure::WriteError(failure)) = error.kind.as_ref()
        && let Some(info) = &failure.details
    {
        descend(info.get("details")?, &mut path);
    } else {
        let answer = document(error.server_response()?)?;
        let info = answer
            .get_document("errInfo")
            .ok()
            .or_else(|| first_write_error(&answer)?.get_document("errInfo").ok())?;
        descend(info.get("details")?, &mut path);
    }
    (!path.is_empty()).then(|| path.join("."))
}

fn first_write_error(response: &Document) -> Option<&Document> {
    match response.get_array("writeErrors").ok()?.first()? {
        Bson::Document(first) => Some(first),
        _ => None,
    }
}

fn document(raw: &RawDocumentBuf) -> Option<Document> {
    Document::try_from(raw.clone()).ok()
}

/// Follows the first unsatisfied rule down, as `errInfo.details` tells of it.
/// See <https://www.mongodb.com/docs/manual/core/schema-validation/handle-invalid-documents/>.
fn descend(details: &Bson, path: &mut Vec<String>) {
    match details {
        Bson::Array(rules) => {
            if let Some(first) = rules.first() {
                descend(first, path);
            }
        }
        Bson::Document(rule) => {
            if let Ok(name) = rule.get_str("propertyName") {
                path.push(name.to_owned());
            }
            if let Ok(missing) = rule.get_array("missingProperties") {
                if let Some(Bson::String(name)) = missing.first() {
                    path.push(name.clone());
                }
                return;
            }
            for below in [
                "schemaRulesNotSatisfied",
                "propertiesNotSatisfied",
                "details",
            ] {
                if let Some(rules) = rule.get(below) {
                    descend(rules, path);
                    return;
                }
            }
        }
        _ => {}
    }
}

/// Why the encrypted connection did not come about, where trying again will not help: rustls tells of it in
/// the driver's words (`rustls::Error`, `rustls::CertificateError`).
fn unbelieved(words: &str) -> Option<Refusal> {
    let any = |of: &[&str]| of.iter().any(|part| words.contains(part));
    let sentence = if any(&["InvalidContentType", "corrupt message"]) {
        "The server answers without encryption. Switch encryption on there, or insist on going without."
    } else if !words.contains("invalid peer certificate") {
        return None;
    } else if any(&["UnknownIssuer"]) {
        "The server's certificate was issued by an authority this computer does not know. Name the file of that authority in the address (tlsCAFile)."
    } else if any(&["NotValidForName", "not valid for name"]) {
        "The server's certificate is for another name than the address says."
    } else if any(&["Expired", "expired"]) {
        "The server's certificate has run out. Whoever runs the server has to renew it."
    } else if any(&["NotValidYet", "not valid yet"]) {
        "The server's certificate is not valid yet. Look at the date of this computer."
    } else {
        "The server's certificate cannot be verified."
    };
    Some(Refusal::field(Code::Invalid, "tls", sentence))
}

/// Why a login was not taken: in words where its name or password is wrong or missing, else as the driver or the
/// server gives it.
fn not_let_in(words: &str) -> String {
    let lower = words.to_lowercase();
    let any = |of: &[&str]| of.iter().any(|part| lower.contains(part));
    if any(&[
        "requires authentication",
        "no username supplied",
        "no password supplied",
    ]) {
        "it wants a name and a password.".to_owned()
    } else if any(&["authentication failed", "auth failed", "bad auth"]) {
        "it knows no such name, or the password is wrong.".to_owned()
    } else {
        shortened(words)
    }
}

/// Why an address by DNS led nowhere: in words where the name is not known, else as the driver gives it.
pub(crate) fn unknown_name(message: String) -> String {
    if message.contains("no records found") || message.contains("NXDomain") {
        "this computer knows no server of this name.".to_owned()
    } else {
        message
    }
}

/// The driver's account of a search for a server, without its list of types and settings: in words where it
/// is one of the usual mistakes of an address, else as the driver gives the cause.
fn no_server(message: &str) -> String {
    let any = |of: &[&str]| of.iter().any(|part| message.contains(part));
    if any(&["Connection refused", "actively refused"]) {
        return "no server answers at this address.".to_owned();
    }
    if any(&["failed to lookup address", "No such host", "NXDomain"]) {
        return "this computer knows no server of this name.".to_owned();
    }
    if any(&["Invalid wire protocol"]) {
        return "what answers at this address is no MongoDB server.".to_owned();
    }
    let cause = message
        .split("Error: ")
        .nth(1)
        .map(|rest| rest.split(['}', ']']).next().unwrap_or(rest))
        .map(|rest| rest.split(", labels:").next().unwrap_or(rest))
        .map(|rest| rest.trim_start_matches("Kind: ").trim());
    match cause {
        Some(cause) if !cause.is_empty() => {
            format!("nothing answered in time ({})", shortened(cause))
        }
        _ => "nothing answered in time".to_owned(),
    }
}

fn shortened(text: &str) -> String {
    let text = without_os_numbers(text);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn the_key_of_a_duplicate_is_read_from_the_servers_sentence() {
        let told = |key: &str| {
            key_told(&format!(
                "E11000 duplicate key error collection: s.users index: i dup key: {key}"
            ))
        };
        assert_eq!(told("{ email: \"a: {b\\\", c: 1\" }").unwrap(), ["email"]);
        assert_eq!(
            told("{ user: ObjectId('65a'), course: ObjectId('65b') }").unwrap(),
            ["user", "course"]
        );
        assert_eq!(
            told("{ provider.chargeId: \"ch_1\" }").unwrap(),
            ["provider.chargeId"]
        );
        assert_eq!(
            told("{ _id: { collection: \"users\", id: 1 } }").unwrap(),
            ["_id"]
        );
        assert_eq!(key_told("something else"), None);
    }

    #[test]
    fn what_atlas_refuses_is_read_from_its_words() {
        let told = |words: &str| of_atlas(words, words.to_owned());
        assert!(matches!(
            told("bad auth : Authentication failed."),
            RemoteError::Unauthorized(_)
        ));
        assert!(matches!(
            told("user is not allowed to do action [createRole] on [admin.]"),
            RemoteError::Forbidden(_)
        ));
        assert!(matches!(
            told("you are over your space quota, using 513 MB of 512 MB"),
            RemoteError::Transient(_)
        ));
        assert!(matches!(
            told("$currentOp is not supported in this atlas tier"),
            RemoteError::Unsupported(_)
        ));
        assert!(matches!(told("something else"), RemoteError::Failed(_)));
    }

    #[test]
    fn why_no_server_answered_is_said_without_the_drivers_own_terms() {
        let told = |cause: &str| {
            no_server(&format!(
                "Server selection timeout: No available servers. Topology: {{ Type: Unknown, Servers: [ {{ \
                 Address: 127.0.0.1:9, Type: Unknown, Error: Kind: {cause}, labels: {{\"RetryableError\"}} }} ] }}"
            ))
        };
        for (cause, said) in [
            (
                "I/O error: Connection refused (os error 111)",
                "no server answers at this address.",
            ),
            (
                "I/O error: failed to lookup address information: Name or service not known",
                "this computer knows no server of this name.",
            ),
            (
                "The server returned an invalid reply to a database operation: Invalid wire protocol opcode: 2",
                "what answers at this address is no MongoDB server.",
            ),
            (
                "I/O error: connection reset by peer (os error 104)",
                "nothing answered in time (I/O error: connection reset by peer)",
            ),
        ] {
            assert_eq!(told(cause), said);
        }
        assert_eq!(no_server("anything"), "nothing answered in time");
    }

    #[test]
    fn why_a_login_is_not_taken_is_said_without_the_drivers_own_terms() {
        let wrong = "it knows no such name, or the password is wrong.";
        let missing = "it wants a name and a password.";
        for (words, said) in [
            ("SCRAM failure: Authentication failed.", wrong),
            (
                "Server selection timeout: No available servers. Topology: { Type: Unknown, Servers: [ { \
                 Error: Kind: SCRAM failure: Authentication failed., labels: {} } ] }",
                wrong,
            ),
            ("bad auth : authentication failed", wrong),
            ("SCRAM failure: no password supplied", missing),
            ("command find requires authentication", missing),
            (
                "SCRAM failure: iteration count too low",
                "SCRAM failure: iteration count too low",
            ),
        ] {
            assert_eq!(not_let_in(words), said, "{words}");
        }
    }

    #[test]
    fn the_numbers_of_the_operating_system_are_left_out() {
        assert_eq!(
            shortened("broken pipe (os error 32) after reset (os error 104), again"),
            "broken pipe after reset, again"
        );
        assert_eq!(shortened("cut (os error"), "cut (os error");
        assert_eq!(shortened(&"é".repeat(301)), format!("{}…", "é".repeat(300)));
    }

    #[test]
    fn what_is_wrong_with_a_certificate_is_read_from_what_rustls_says() {
        let told = |words: &str| {
            unbelieved(&format!("Kind: I/O error: {words}, labels: {{}}")).map(|no| no.message)
        };
        for (words, part) in [
            ("invalid peer certificate: UnknownIssuer", "authority"),
            (
                "invalid peer certificate: certificate not valid for name \"a\"",
                "another name",
            ),
            (
                "invalid peer certificate: certificate expired: verification time 5",
                "run out",
            ),
            (
                "invalid peer certificate: certificate not valid yet",
                "date",
            ),
            ("invalid peer certificate: BadSignature", "verified"),
            (
                "received corrupt message of type InvalidContentType",
                "without encryption",
            ),
        ] {
            let said = told(words).unwrap();
            assert!(said.contains(part), "{words}: {said}");
        }
        assert_eq!(told("connection refused (os error 111)"), None);
    }

    #[test]
    fn the_field_a_validator_refused_is_found_below_others() {
        let details = doc! { "operatorName": "$jsonSchema", "schemaRulesNotSatisfied": [
        { "operatorName": "properties", "propertiesNotSatisfied": [
            { "propertyName": "profile", "details": [
                { "operatorName": "required", "missingProperties": ["phone"] } ] } ] } ] };
        let mut path = Vec::new();
        descend(&Bson::Document(details), &mut path);
        assert_eq!(path, ["profile", "phone"]);
    }
}
