//! What the window and accounts say to each other: the workspace's phase, signing in, one's own account.

use domain::{Currency, Role};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::people::dto::{PreferencesDto, ProfileDto};

/// Where the window stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum Phase {
    /// No institution on this desktop yet.
    NoWorkspace,
    /// There is one, its key needs the passphrase (no keyring here).
    NeedsPassphrase,
    /// Nobody is signed in.
    SignedOut,
    /// Somebody is signed in and the window is locked.
    Locked,
    /// At work.
    SignedIn,
}

/// Who is signed in.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SessionDto {
    /// The person.
    pub user: String,
    /// Their name.
    pub name: String,
    /// Their e-mail.
    pub email: String,
    /// Their role.
    pub role: Role,
    /// BCP 47 tag they prefer.
    pub language: String,
    /// IANA name of their zone.
    pub timezone: String,
}

/// Everything the first screen depends on.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WorkspaceStatus {
    /// Where the window stands.
    pub phase: Phase,
    /// Nothing else can be done before the person has set up a second factor.
    pub second_factor_due: bool,
    /// The institution's name, once known.
    pub institution: Option<String>,
    /// It is the sample institution.
    pub sample: bool,
    /// This desktop's short name.
    pub device: Option<String>,
    /// Who is signed in (also while locked).
    pub session: Option<SessionDto>,
    /// Whether the system has a keyring; without one a passphrase is asked for.
    pub keyring: bool,
    /// Minutes without input until the window locks; 0 never.
    pub idle_minutes: i64,
    /// The institution's time zone.
    pub timezone: String,
    /// Its currency for new courses.
    pub currency: Currency,
    /// In the sample institution: accounts to try, all with the password `sample_password`.
    pub sample_accounts: Vec<SampleAccount>,
    /// In the sample institution: the password of every sample account.
    pub sample_password: Option<String>,
    /// An administrator of this institution has shut this desktop out, and what it held is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub shut_out: Option<String>,
}

/// An account of the sample institution.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SampleAccount {
    /// Name.
    pub name: String,
    /// E-mail to sign in with.
    pub email: String,
    /// What it may do.
    pub role: Role,
}

/// First run: an institution on this desktop.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CreateInstitution {
    /// 1 to 120 characters.
    pub institution: String,
    /// IANA name.
    pub timezone: String,
    /// Proposed for new courses.
    pub currency: Currency,
    /// The first administrator.
    pub admin_name: String,
    /// Their e-mail.
    pub admin_email: String,
    /// Their password.
    pub password: String,
    /// Protects the workspace's key where there is no keyring.
    pub passphrase: Option<String>,
}

/// First run: the sample institution. Progress comes as `progress` events of task `sample`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OpenSample {
    /// Where there is no keyring.
    pub passphrase: Option<String>,
}

/// Where there is no keyring: the passphrase of the workspace's key.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Passphrase {
    /// As chosen at creation.
    pub passphrase: String,
}

/// Sign in.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SignIn {
    /// E-mail, any case.
    pub email: String,
    /// Password.
    pub password: String,
}

/// Unlock the window.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Unlock {
    /// The signed-in person's password.
    pub password: String,
}

/// Change one's own password. Every other session of the person ends.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ChangePassword {
    /// As it is.
    pub current: String,
    /// As it shall be: 8 or more, with lower case, upper case and a digit.
    pub next: String,
}

/// Change one's own profile.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UpdateProfile {
    /// Revision read.
    pub rev: i64,
    /// 1 to 100 characters.
    pub name: String,
    /// About oneself.
    pub profile: ProfileDto,
    /// Wishes.
    pub preferences: PreferencesDto,
}

/// One's own sign-in session.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SessionRow {
    /// Which.
    pub id: String,
    /// The desktop.
    pub device: String,
    /// Signed in at.
    pub created_at: String,
    /// Last renewed at.
    pub last_used_at: String,
    /// Ends at.
    pub expires_at: String,
    /// It is this one.
    pub current: bool,
}

/// Sign in with password and second factor, after `sign_in` asked for it (code `second-factor`).
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SignInWithCode {
    /// E-mail, any case.
    pub email: String,
    /// Password.
    pub password: String,
    /// The authenticator's six digits, or a recovery code.
    pub code: String,
}

/// One's own second factor.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SecondFactorState {
    /// Set up at; none: there is none.
    pub since: Option<String>,
    /// Recovery codes not yet used.
    pub recovery_left: usize,
    /// The authenticator's codes are accepted; otherwise recovery codes only, since somebody else set
    /// the password.
    pub authenticator: bool,
    /// The institution requires one.
    pub required: bool,
}

/// A secret for an authenticator.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SecondFactorOffer {
    /// To type in: base 32.
    pub secret: String,
    /// The same as an `otpauth://` address.
    pub address: String,
    /// The address as a QR code: rows of `1` (dark) and `0` (light).
    pub qr: Vec<String>,
}

/// Sets the second factor up.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ConfirmSecondFactor {
    /// The authenticator's code.
    pub code: String,
    /// One's own password: it seals the secret.
    pub password: String,
}

/// One's own password again.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ProveSelf {
    /// Password.
    pub password: String,
}

/// Codes for when the authenticator is lost. Shown once; each is good for one sign-in.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RecoveryCodes {
    /// The codes.
    pub codes: Vec<String>,
}

/// A password somebody is choosing.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WeighPassword {
    /// As typed so far.
    pub password: String,
    /// What a guesser would know: name, e-mail, institution.
    pub about: Vec<String>,
}

/// How hard it is to guess.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PasswordStrength {
    /// 0 guessed at once … 4 very hard.
    pub score: u8,
    /// Logarithm of the guesses it takes.
    pub guesses_log10: f64,
    /// Why it is weak: `keyboard`, `repeats`, `common`, `similar`, `sequence`, `date`, `word`, `name`.
    pub warning: Option<String>,
    /// It has the form and is not guessed at once.
    pub acceptable: bool,
}

/// A one-time code to read out. Shown once.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OneTimeCode {
    /// Five groups of four letters.
    pub code: String,
    /// Good until.
    pub until: String,
}

/// Sets a new password with a one-time code.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FinishReset {
    /// E-mail, any case.
    pub email: String,
    /// The code, as typed or pasted.
    pub code: String,
    /// 8 or more, with lower case, upper case and a digit.
    pub password: String,
}

/// What the sign-in page can offer at this desktop.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SignInHelp {
    /// One-time codes are taken here.
    pub codes: bool,
    /// Codes can be sent by mail.
    pub mail: bool,
    /// Students may register.
    pub register: bool,
}

/// What a code is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum CodePurpose {
    /// A new password.
    Reset,
    /// To prove the address.
    Verify,
}

/// Asks for a code by mail. The answer is the same whether anybody has the address or not.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AskForCode {
    /// E-mail, any case.
    pub email: String,
    /// For what.
    pub purpose: CodePurpose,
}

/// Proves an address with the code sent to it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VerifyAddress {
    /// E-mail, any case.
    pub email: String,
    /// The code, as typed or pasted.
    pub code: String,
}

/// Registers a student.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Register {
    /// 1 to 100 characters.
    pub name: String,
    /// One's own.
    pub email: String,
    /// 8 or more, with lower case, upper case and a digit.
    pub password: String,
    /// BCP 47 tag of the language to be written to in; none: the institution's.
    pub language: Option<String>,
}

/// What comes next for somebody who registered. The same whether the address was free or not.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Registered {
    /// A code was sent to the address; otherwise an administrator admits them.
    pub mail: bool,
}
