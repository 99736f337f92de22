//! Accounts: the first run, opening a workspace, signing in and out, the session of this desktop, and
//! what each person does with their own account. Other people's accounts are in `people`.

mod attempts;
mod by_code;
mod by_mail;
pub mod codes;
pub mod dto;
pub(crate) mod first_run;
pub(crate) mod from_server;
mod lease;
mod own;
pub mod passwords;
mod registering;
mod second_factor;
mod session;
mod sign_in;
mod status;
pub mod strength;
pub mod tokens;
pub(crate) mod workspace;

pub use by_code::{person_code, reset_finish};
pub(crate) use by_mail::tell;
pub use by_mail::{
    code_request, my_verification_send, person_verification_send, sign_in_help, verify_finish,
};
pub(crate) use first_run::fresh_device_name;
pub use first_run::{NewInstitution, SAMPLE_ADMIN_EMAIL, SAMPLE_PASSWORD, create_sample, wipe};
pub use from_server::Watched;
pub(crate) use own::open_sessions;
pub use own::{
    change_password, end_session, my_profile, my_sessions, sign_out_everywhere, update_profile,
};
pub use passwords::HashCost;
pub use registering::register;
pub use second_factor::{
    person_second_factor_remove, recovery_renew, second_factor, second_factor_begin,
    second_factor_confirm, second_factor_remove,
};
pub(crate) use session::stamp;
pub use session::{Present, SessionKeeper, product};
pub(crate) use sign_in::{kept, password_again};
pub use sign_in::{lock, sign_in, sign_in_with_code, sign_out, unlock};
pub use status::{closed_status, workspace_status};
pub(crate) use workspace::no_settings;
pub use workspace::{ALL_SECRETS, KeySource, Keys, Workspace, WorkspaceFacts};
