//! From the program's start to somebody being signed in: where the window stands, making an institution or the
//! sample one, opening what is there, and signing in.

use std::sync::atomic::Ordering;

use domain::{Code, Refusal};
use workflows::{
    WorkflowError,
    accounts::{
        self, HashCost, KeySource, NewInstitution, SAMPLE_ADMIN_EMAIL, SAMPLE_PASSWORD, Workspace,
        WorkspaceFacts,
        dto::{CreateInstitution, OpenSample, Passphrase, SignIn, SignInWithCode, WorkspaceStatus},
    },
    dto::ProgressDto,
    operations::seeding::{self, SeedSet},
};

use super::{CLOCK, IDS, Notice, Open, Shell, blocking, lock};
use crate::error::Answer;

impl Shell {
    /// Where the window stands. Opens the workspace when its key is at hand.
    pub async fn status(&self) -> Answer<WorkspaceStatus> {
        let shell = self.clone();
        blocking(move || Ok(shell.status_now()?)).await
    }

    fn status_now(&self) -> Result<WorkspaceStatus, WorkflowError> {
        if let Some(open) = self.peek() {
            return accounts::workspace_status(&open.desk(), &open.keeper);
        }
        let one = lock(&self.0.opening);
        let facts = WorkspaceFacts::read(&self.0.wiring.home)?;
        let Some(facts) = facts else {
            return self.closed();
        };
        if facts.keys == KeySource::Passphrase && self.0.wiring.keys.is_none() {
            return self.closed();
        }
        let workspace = Workspace::open(&self.0.wiring.home, &self.keys(None))?;
        let open = self.adopt(workspace, HashCost::Standard)?;
        drop(one);
        if workflows::desktops::is_shut_out(&open.workspace)? {
            self.give_up(&open)?;
            return self.closed();
        }
        open.keeper.resume(&open.desk())?;
        if self.0.wiring.demo {
            sign_in_to_sample(&open)?;
        }
        accounts::workspace_status(&open.desk(), &open.keeper)
    }

    /// Makes an institution on this desktop and signs its first administrator in.
    pub async fn create(&self, args: CreateInstitution) -> Answer<WorkspaceStatus> {
        let shell = self.clone();
        blocking(move || {
            let _one = lock(&shell.0.opening);
            shell.must_be_closed()?;
            let keys = shell.keys(args.passphrase.clone());
            let sign_in = SignIn {
                email: args.admin_email.clone(),
                password: args.password.clone(),
            };
            let workspace = Workspace::create(
                &shell.0.wiring.home,
                &keys,
                &NewInstitution::from(args),
                &CLOCK,
                &IDS,
            )?;
            let open = shell.adopt(workspace, HashCost::Standard)?;
            Ok(accounts::sign_in(&open.desk(), &open.keeper, &sign_in)?)
        })
        .await
    }

    /// Makes the sample institution and signs its administrator in. Progress is of the task `sample`.
    pub async fn create_sample(&self, args: OpenSample) -> Answer<WorkspaceStatus> {
        let shell = self.clone();
        blocking(move || {
            let _one = lock(&shell.0.opening);
            shell.must_be_closed()?;
            let keys = shell.keys(args.passphrase);
            let running = shell.begin("sample");
            let workspace =
                accounts::create_sample(&shell.0.wiring.home, &keys, &CLOCK, &IDS, |desk| {
                    let mut progress = |done, total| {
                        shell.tell(&Notice::Progress(ProgressDto {
                            task: running.name.clone(),
                            stage: "writing".to_owned(),
                            done,
                            total,
                        }));
                    };
                    seeding::seed(desk, SeedSet::Full, &mut progress, &|| {
                        running.cancelled.load(Ordering::Acquire)
                    })
                    .map(|_| ())
                })?;
            let open = shell.adopt(workspace, HashCost::Sample)?;
            sign_in_to_sample(&open)?;
            Ok(accounts::workspace_status(&open.desk(), &open.keeper)?)
        })
        .await
    }

    /// Opens a workspace whose key is protected by a passphrase.
    pub async fn open_with(&self, args: Passphrase) -> Answer<WorkspaceStatus> {
        let shell = self.clone();
        blocking(move || {
            let one = lock(&shell.0.opening);
            shell.must_be_closed()?;
            let workspace =
                Workspace::open(&shell.0.wiring.home, &shell.keys(Some(args.passphrase)))?;
            let open = shell.adopt(workspace, HashCost::Standard)?;
            drop(one);
            if workflows::desktops::is_shut_out(&open.workspace)? {
                shell.give_up(&open)?;
                return Ok(shell.closed()?);
            }
            open.keeper.resume(&open.desk())?;
            Ok(accounts::workspace_status(&open.desk(), &open.keeper)?)
        })
        .await
    }

    /// Signs somebody in.
    pub async fn sign_in(&self, args: SignIn) -> Answer<WorkspaceStatus> {
        let shell = self.clone();
        blocking(move || {
            let open = shell.opened()?;
            let entered = accounts::sign_in(&open.desk(), &open.keeper, &args);
            Ok(entered.inspect_err(|error| try_the_server(&open, error))?)
        })
        .await
    }

    /// Signs somebody in with a second factor.
    pub async fn sign_in_with_code(&self, args: SignInWithCode) -> Answer<WorkspaceStatus> {
        let shell = self.clone();
        blocking(move || {
            let open = shell.opened()?;
            let entered = accounts::sign_in_with_code(&open.desk(), &open.keeper, args);
            Ok(entered.inspect_err(|error| try_the_server(&open, error))?)
        })
        .await
    }
}

/// Somebody cannot sign in without the server: it is tried again at once.
fn try_the_server(open: &Open, error: &WorkflowError) {
    if error.code() == Some(Code::OnlineOnly)
        && let Some(link) = open.workspace.link()
        && let Err(error) = link.engine().try_now()
    {
        tracing::warn!(%error, "the server could not be tried");
    }
}

/// `--demo`: nobody is asked for the password that the sample institution shows anyway.
fn sign_in_to_sample(open: &Open) -> Result<(), WorkflowError> {
    if !open.workspace.settings()?.sample {
        return Err(Refusal::new(
            Code::Forbidden,
            "Only the sample institution opens without a password.",
        )
        .into());
    }
    let args = SignIn {
        email: SAMPLE_ADMIN_EMAIL.to_owned(),
        password: SAMPLE_PASSWORD.to_owned(),
    };
    accounts::sign_in(&open.desk(), &open.keeper, &args).map(|_| ())
}
