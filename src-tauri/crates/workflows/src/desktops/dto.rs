//! What the window and the desktops' workflows say to each other.

use domain::Role;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    accounts::dto::WorkspaceStatus,
    dto::{PersonRef, SavedFile},
    operations::server::dto::DeskScope,
};

/// Seals a copy of this workspace into a file, to be opened on another computer.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ExportWorkspace {
    /// What the file is sealed with: 10 or more characters, hard to guess.
    pub passphrase: String,
    /// One's own password again.
    pub password: String,
    /// The name of this work, for progress and cancelling.
    pub task: String,
}

/// First run: opens a workspace exported on another computer. Progress is of the task `open-export`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct OpenExport {
    /// The file's full path.
    pub path: String,
    /// What it was sealed with.
    pub passphrase: String,
    /// Where there is no keyring: protects this desktop's keys from now on.
    pub device_passphrase: Option<String>,
}

/// What was opened, and what checking it found.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct OpenedExport {
    /// Where the window stands now.
    pub status: WorkspaceStatus,
    /// This desktop's new short name.
    pub device: String,
    /// The desktop it was exported on.
    pub moved_from: String,
    /// When it was exported.
    pub exported_at: String,
    /// Rows of the ledger that were walked.
    pub ledger_rows: u64,
    /// What does not agree; 0: everything does.
    pub findings: u64,
}

/// What a sealed file says it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum SealedKind {
    /// A workspace.
    Workspace,
    /// An invitation.
    Invitation,
}

/// A sealed file in the person's downloads folder.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SealedFile {
    /// Its full path.
    pub path: String,
    /// Its name.
    pub name: String,
    /// What it is, by its name.
    pub kind: SealedKind,
    /// Its size.
    pub bytes: u64,
}

/// Invites a desktop.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct InviteDesktop {
    /// Whose records it will keep.
    pub scope: DeskScope,
    /// For an instructor's or student's desktop: their e-mail address.
    pub person: Option<String>,
    /// Days until nobody can join with it any more: 1 to 30.
    pub days: i64,
    /// A connection string with the login of the new desktop. None: one is made on the server.
    pub login: Option<String>,
    /// A connection string of somebody who may make logins, used once and not kept. None: this desktop's own.
    pub maker: Option<String>,
    /// An unencrypted connection to another computer is insisted on.
    pub insecure: bool,
    /// One's own password again.
    pub password: String,
}

/// An invitation that was made.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct InvitationMade {
    /// The file to hand over.
    pub file: SavedFile,
    /// What opens it: shown once, kept nowhere. Hand it over another way than the file.
    pub code: String,
    /// The desktop's name.
    pub device: String,
    /// Until when it can be used.
    pub expires_at: String,
    /// The server itself limits what the login may do.
    pub limited: bool,
}

/// First run: joins an institution by an invitation. Progress is of the task `join`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct JoinInstitution {
    /// The invitation's full path.
    pub path: String,
    /// Its code, in any case, with or without hyphens.
    pub code: String,
    /// Where there is no keyring.
    pub passphrase: Option<String>,
}

/// How it stands with a desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum DesktopState {
    /// Somebody was invited and has not joined yet.
    Invited,
    /// Nobody joined in time.
    Lapsed,
    /// At work.
    Active,
    /// Shut out, and has not heard of it yet.
    Revoked,
    /// Shut out, and its data and keys are gone.
    Wiped,
}

/// Somebody signed in on a desktop.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DesktopSession {
    /// Which.
    pub id: String,
    /// Who.
    pub person: PersonRef,
    /// As what.
    pub role: Role,
    /// Signed in at.
    pub created_at: String,
    /// Last renewed at.
    pub last_used_at: String,
    /// It is the one in use.
    pub current: bool,
}

/// A desktop.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DesktopRow {
    /// Which.
    pub id: String,
    /// Its short name.
    pub name: String,
    /// It is this one.
    pub this: bool,
    /// How it stands with it.
    pub state: DesktopState,
    /// The operating system.
    pub system: Option<String>,
    /// The program's version.
    pub version: Option<String>,
    /// Whose records it keeps; none: everything, in a local workspace.
    pub scope: Option<DeskScope>,
    /// Who signed in last, or whose desktop it is.
    pub person: Option<PersonRef>,
    /// When it was last heard of: at least once a day while it is at work.
    pub last_contact_at: Option<String>,
    /// When it joined, or was invited.
    pub created_at: Option<String>,
    /// The desktop it was exported on.
    pub moved_from: Option<String>,
    /// Who invited it.
    pub invited_by: Option<PersonRef>,
    /// Until when the invitation can be used.
    pub expires_at: Option<String>,
    /// The server's login made for it.
    pub login: Option<String>,
    /// Shut out at.
    pub revoked_at: Option<String>,
    /// By whom.
    pub revoked_by: Option<PersonRef>,
    /// Why.
    pub revoked_why: Option<String>,
    /// Its data and keys were taken away at.
    pub wiped_at: Option<String>,
    /// Who is signed in on it, as far as is known here.
    pub sessions: Vec<DesktopSession>,
}

/// The institution's desktops.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Desktops {
    /// This one's name.
    pub this: String,
    /// The workspace has a server: others can be invited.
    pub has_server: bool,
    /// All of them, in the order they joined.
    pub rows: Vec<DesktopRow>,
}

/// Shuts a desktop out, or withdraws its invitation.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RevokeDesktop {
    /// Which.
    pub id: String,
    /// Why, in the person's words.
    pub reason: String,
}
