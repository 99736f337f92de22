//! Joining and leaving a server, synchronising, and the queue.

use std::{process::ExitCode, thread, time::Duration};

use domain::Actor;
use serde_json::json;
use workflows::{
    Desk, SystemClock, SystemIds, WorkflowError,
    accounts::{HashCost, Watched, Workspace, WorkspaceFacts, wipe},
    dto::Nothing,
    operations::server::{
        self, Running,
        dto::{
            AttachServer, ByOp, ByOpReason, ConnectInstitution, CreateOnServer, DetachServer,
            QueueState, RunMaintenance, ServerAddress, SyncCentre, SyncState, SyncStatus,
        },
    },
};

use super::{at_desk, found};
use crate::{
    args::{Args, Connect, Detach, Queue, Sync},
    failure::{Failure, SURROUNDINGS},
    output::{Output, table},
    place, signal,
};

/// Between two looks while waiting.
const LOOK: Duration = Duration::from_millis(100);

/// Joins a server, or gives it the workspace that is here.
pub(super) fn connect(args: &Args, asked: &Connect, output: &Output) -> Result<ExitCode, Failure> {
    let address = ServerAddress {
        uri: Some(place::line()?),
        insecure: asked.insecure,
        database: asked.database.clone(),
        environment: asked.environment.map(Into::into),
        ..ServerAddress::default()
    };
    if asked.probe {
        let probe = server::connect_probe(&address)?;
        let lines = vec![
            format!("{} database {}", probe.address, probe.database),
            format!(
                "holds: {:?}, {} administrators, {} migrations pending",
                probe.holds, probe.admins, probe.pending_migrations
            ),
        ];
        output.answer(&probe, &lines)?;
        return Ok(ExitCode::SUCCESS);
    }
    let folder = place::folder(args)?;
    let there = WorkspaceFacts::read(&folder)?.is_some();
    if asked.attach {
        return attach(&place::open(args)?, address, output);
    }
    if there {
        return Err(Failure::Usage(format!(
            "There is a workspace in {} already. To upload it to the server: --attach",
            folder.display()
        )));
    }
    let create = asked
        .create
        .as_ref()
        .map(|name| {
            Ok::<_, Failure>(CreateOnServer {
                institution: name.clone(),
                timezone: asked.timezone.clone(),
                currency: asked.currency,
                admin_name: asked.admin_name.clone(),
                admin_email: asked.admin_email.clone(),
                password: place::line()?,
            })
        })
        .transpose()?;
    let joining = ConnectInstitution {
        address,
        scope: asked.scope.into(),
        person: asked.person.clone(),
        passphrase: None,
        migrate: asked.migrate,
        accept_offending: Some(asked.accept_offending),
        create,
    };
    let mut progress = |stage: &str, done, total| output.progress(stage, done, total);
    let listening = signal::listen();
    let workspace = Workspace::connect(
        &folder,
        &place::keys()?,
        &joining,
        HashCost::Standard,
        (&SystemClock, &SystemIds),
        Watched {
            progress: &mut progress,
            cancelled: &|| listening.asked(),
        },
    )
    .map_err(Failure::of_keys)?;
    drop(listening);
    let state = step(&workspace, output)?;
    let institution = workspace.settings()?.institution;
    let answer = json!({
        "workspace": folder.display().to_string(),
        "institution": institution,
        "device": workspace.device().to_string(),
        "sync": state,
    });
    let line = format!(
        "{institution} is here, in {} (device {}).",
        folder.display(),
        workspace.device()
    );
    let unbooked = workspace.replica().read(|reader| reader.unbooked_count());
    let unbooked = unbooked.map_err(WorkflowError::from)?;
    if unbooked > 0 {
        output.note(&format!(
            "{unbooked} payments of another program are not in the ledger. matriculactl adopt-payments --dry-run says what taking them over would come to."
        ));
    }
    output.answer(&answer, &[line])?;
    Ok(ExitCode::SUCCESS)
}

fn attach(
    workspace: &Workspace,
    address: ServerAddress,
    output: &Output,
) -> Result<ExitCode, Failure> {
    at_desk(workspace, |desk, actor| {
        let args = AttachServer {
            address,
            task: "attach".to_owned(),
        };
        let preview = server::attach_preview(workspace, desk, actor, &args)?;
        if !preview.obstacles.is_empty() {
            let lines: Vec<String> = preview
                .obstacles
                .iter()
                .map(|obstacle| format!("{}: {}", obstacle.kind, obstacle.message))
                .collect();
            output.answer(&preview, &lines)?;
            return Ok(found(true));
        }
        let mut progress = |stage: &str, done, total| output.progress(stage, done, total);
        let listening = signal::listen();
        let stop = || listening.asked();
        server::server_attach(workspace, desk, actor, &args, &mut progress, &stop)?;
        let uploaded: u64 = preview.uploads.iter().map(|row| row.count).sum();
        let answer = json!({"uploaded": uploaded, "already": preview.already});
        output.answer(&answer, &[format!("{uploaded} documents uploaded.")])?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Leaves the server.
pub(super) fn detach(args: &Args, asked: &Detach, output: &Output) -> Result<ExitCode, Failure> {
    let workspace = place::open(args)?;
    at_desk(&workspace, |desk, actor| {
        let args = DetachServer {
            wipe: asked.wipe,
            confirm: asked.confirm.clone(),
        };
        if server::server_detach(&workspace, desk, actor, &args)? {
            wipe(workspace.dir(), workspace.vault().as_ref())?;
        }
        let line = if asked.wipe {
            "The copy on this desktop is gone."
        } else {
            "This desktop goes on as a local workspace."
        };
        output.answer(&json!({"wiped": asked.wipe}), &[line.to_owned()])?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Sends what waits and fetches what is new.
pub(super) fn sync(args: &Args, asked: &Sync, output: &Output) -> Result<ExitCode, Failure> {
    let workspace = place::open(args)?;
    let status = if asked.status {
        status(&workspace)?
    } else {
        if workspace.link().is_none() {
            at_desk(&workspace, |desk, actor| {
                server::sync_now(&workspace, desk, actor, &Nothing {})?;
                Ok(ExitCode::SUCCESS)
            })?;
        }
        if asked.wait {
            wait(&workspace, output)?
        } else {
            step(&workspace, output)?
        }
    };
    super::desktops::obey(&workspace)?;
    let mut lines = vec![format!(
        "{:?}: {} wait, {} need a person, {} conflicts.",
        status.state, status.waiting, status.attention, status.conflicts
    )];
    lines.extend(status.problem.clone());
    output.answer(&status, &lines)?;
    if let Some(words) = left_to_a_person(&status) {
        output.note(&words);
    }
    Ok(match status.state {
        SyncState::Offline | SyncState::Refused => ExitCode::from(SURROUNDINGS),
        SyncState::Paused if !asked.status => found(true),
        _ => found(status.attention > 0 || (!asked.status && status.waiting > 0)),
    })
}

fn status(workspace: &Workspace) -> Result<SyncStatus, WorkflowError> {
    let desk = workspace.desk(&SystemClock, &SystemIds);
    let actor = workflows::accounts::product(&desk);
    server::sync_status(workspace, &desk, &actor, &Nothing {})
}

/// Once in each direction. A server out of reach is no failure here: what waits, waits.
fn step(workspace: &Workspace, output: &Output) -> Result<SyncStatus, Failure> {
    server::finish_upload(workspace)?;
    if let Some(link) = workspace.link() {
        let engine = link.engine();
        engine.nudge();
        let mut progress = |at: server::Progress| {
            output.progress(at.source.name(), at.done, at.total);
        };
        let moved = engine
            .drain()
            .and_then(|_| {
                let listening = signal::listen();
                engine.initial(&mut progress, &|| listening.asked())
            })
            .and_then(|_| engine.drain());
        engine.give_up_lease();
        match moved.map_err(WorkflowError::from) {
            Ok(_) => {}
            Err(WorkflowError::Refused(refusal)) => output.note(&refusal.message),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(status(workspace)?)
}

/// What goes on only when a person decides.
fn left_to_a_person(now: &SyncStatus) -> Option<String> {
    if now.state == SyncState::Paused {
        return Some(
            "Synchronisation is paused on this desktop until somebody goes on with it in the window."
                .to_owned(),
        );
    }
    if now.attention == 0 {
        return None;
    }
    let mut words = format!(
        "Changes only a person can decide about: {}. matriculactl queue list says which, and why; then: queue retry, discard, void or export.",
        now.attention
    );
    // Online, nothing that can be sent is left.
    if now.state == SyncState::Online && now.waiting > 0 {
        words.push_str(&format!(" Changes that wait for them: {}.", now.waiting));
    }
    Some(words)
}

/// What may hold a waiting up for long and ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HeldUp {
    /// The server does not answer.
    Away,
    /// The server answers, and fails at everything that is left.
    Failing,
}

impl HeldUp {
    /// What holds it up now, and what is wrong.
    fn now(workspace: &Workspace, now: &SyncStatus) -> Result<Option<(Self, String)>, Failure> {
        if now.state == SyncState::Offline {
            return Ok(Some((Self::Away, now.problem.clone().unwrap_or_default())));
        }
        let rows = workspace.replica().read(|reader| {
            if reader.queue_counts()?.next_at.is_some() {
                reader.queue(1_000)
            } else {
                Ok(Vec::new())
            }
        });
        // One with a reason is a person's.
        let failing = rows
            .map_err(WorkflowError::from)?
            .into_iter()
            .find(|row| row.failures > 0 && row.reason.is_none());
        Ok(failing.map(|row| (Self::Failing, row.error.unwrap_or_default())))
    }

    fn words(self, problem: &str) -> String {
        match self {
            Self::Away => format!(
                "{problem}\nIt is tried again until it answers. Ctrl+C ends the waiting; what waits is sent another time."
            ),
            Self::Failing => format!(
                "{problem}\nWhat the server fails at is sent again by itself; a person is asked when that goes on."
            ),
        }
    }
}

/// Until everything is here and nothing waits, or the person stops it, or only a person can go on. What
/// holds it up for long is said once: a script's log shows what it waits for.
fn wait(workspace: &Workspace, output: &Output) -> Result<SyncStatus, Failure> {
    server::finish_upload(workspace)?;
    let running: Option<Running> = workspace.link().map(|link| link.start(|_| {}));
    let listening = signal::listen();
    let mut told = None;
    loop {
        let settled = match workspace.link() {
            Some(link) => link.engine().status().map_err(WorkflowError::from)?.settled,
            None => true,
        };
        let now = status(workspace)?;
        output.progress("waiting", 0, now.waiting);
        let held_up = HeldUp::now(workspace, &now)?;
        let kind = held_up.as_ref().map(|(kind, _)| *kind);
        if let Some((kind, problem)) = held_up.filter(|_| kind != told) {
            output.note(&kind.words(&problem));
        }
        // While it is sent once more nothing is known to be better.
        if kind.is_some() || now.state == SyncState::Online {
            told = kind;
        }
        let done = settled && now.state == SyncState::Online && now.waiting + now.lines == 0;
        // What is left waits for a change set that only a person can decide about.
        let blocked = settled && now.state == SyncState::Online && now.attention > 0;
        let stuck = matches!(
            now.state,
            SyncState::Refused | SyncState::Paused | SyncState::Local
        );
        if done || blocked || stuck || listening.asked() {
            drop(running);
            return Ok(now);
        }
        thread::park_timeout(LOOK);
    }
}

/// After a command that may have written: what waits is sent, or it is said that it waits.
pub(super) fn send_what_waits(workspace: &Workspace, output: &Output) {
    let Some(link) = workspace.link() else {
        return;
    };
    let before = status(workspace).map_or(0, |status| status.waiting);
    if before == 0 {
        return;
    }
    if let Err(error) = link.engine().drain() {
        output.note(&error.to_string());
    }
    link.engine().give_up_lease();
    let left = status(workspace).map_or(before, |status| status.waiting);
    if left > 0 {
        output.note(&format!(
            "{left} changes wait for the server. matriculactl sync sends them."
        ));
    }
}

/// Takes payments of another program into the ledger, after everything was fetched.
pub(super) fn adopt_payments(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    dry_run: bool,
    output: &Output,
) -> Result<ExitCode, Failure> {
    step(workspace, output)?;
    let args = RunMaintenance {
        task: server::ADOPT_PAYMENTS.to_owned(),
        dry_run,
    };
    let outcome = server::maintenance_run(workspace, desk, actor, &args)?;
    let mut lines = outcome.done.clone();
    lines.push(format!(
        "{} payments {}.",
        outcome.count,
        if dry_run {
            "would be taken over"
        } else {
            "taken over"
        }
    ));
    output.answer(&outcome, &lines)?;
    let left = workspace.replica().read(|reader| reader.unbooked_count());
    Ok(found(!dry_run && left.map_err(WorkflowError::from)? > 0))
}

/// The queue and what is done about it.
pub(super) fn queue(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    what: &Queue,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let by = |op: &String| ByOp { op: op.clone() };
    let because = |op: &String, reason: &String| ByOpReason {
        op: op.clone(),
        reason: reason.clone(),
    };
    let centre: SyncCentre = match what {
        Queue::List => server::sync_centre(workspace, desk, actor, &Nothing {})?,
        Queue::Retry { op } => server::queue_retry(workspace, desk, actor, &by(op))?,
        Queue::Discard { op, reason } => {
            server::queue_discard(workspace, desk, actor, &because(op, reason))?
        }
        Queue::Void { op, reason } => {
            server::queue_void(workspace, desk, actor, &because(op, reason))?
        }
        Queue::Export { op, to } => {
            let saved = server::queue_export(workspace, desk, actor, &by(op), to)?;
            output.answer(&saved, std::slice::from_ref(&saved.path))?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let failed = centre
        .queue
        .iter()
        .any(|row| row.state == QueueState::Failed);
    let rows: Vec<Vec<String>> = centre
        .queue
        .iter()
        .map(|row| {
            vec![
                row.op.clone(),
                format!("{:?}", row.state).to_lowercase(),
                row.at.clone(),
                row.verb.clone(),
                row.reason
                    .as_ref()
                    .map(|reason| reason.message.clone())
                    .unwrap_or_default(),
            ]
        })
        .collect();
    let head = ["change", "state", "made", "what", "why"].map(str::to_owned);
    output.answer(&centre.queue, &table(&head, &rows, &[false; 5]))?;
    Ok(found(failed))
}
