//! Making things: an institution, sample data, load data.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use domain::{Actor, Code, Refusal};
use serde_json::json;
use workflows::{
    Desk, SystemClock, SystemIds, WorkflowError,
    accounts::{HashCost, NewInstitution, Workspace, WorkspaceFacts, create_sample},
    operations::{
        self, LoadWanted, SeedOutcome, SeedSet,
        server::{self, dto::AttachServer},
    },
};

use super::{at_desk, found};
use crate::{
    args::{Args, Generate, Init, Sample, Seed},
    failure::Failure,
    output::Output,
    place, signal,
};

/// Makes an institution and its first administrator.
pub(super) fn init(args: &Args, init: &Init, output: &Output) -> Result<ExitCode, Failure> {
    let folder = place::folder(args)?;
    let keys = place::keys()?;
    let password = place::password(init.password_stdin)?;
    let new = NewInstitution {
        institution: init.name.clone(),
        timezone: init.timezone.clone(),
        currency: init.currency,
        admin_name: init.admin_name.clone(),
        admin_email: init.admin_email.clone(),
        password,
        cost: HashCost::Standard,
        sample: false,
    };
    let workspace = Workspace::create(&folder, &keys, &new, &SystemClock, &SystemIds)
        .map_err(Failure::of_keys)?;
    let device = workspace.device().to_string();
    let answer = json!({
        "workspace": folder.display().to_string(),
        "id": workspace.id().to_hex(),
        "institution": init.name.trim(),
        "device": device,
    });
    output.answer(
        &answer,
        &[format!(
            "{} is ready in {} (device {device}).",
            init.name.trim(),
            folder.display()
        )],
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Fills a workspace with sample data, making or replacing it where asked.
pub(super) fn seed(args: &Args, seed: &Seed, output: &Output) -> Result<ExitCode, Failure> {
    let folder = place::folder(args)?;
    let set = match seed.set {
        Sample::Simple => SeedSet::Simple,
        Sample::Full => SeedSet::Full,
    };
    let there = WorkspaceFacts::read(&folder)?.is_some();
    let shared = there && place::open(args)?.has_server();
    let outcome = match (&seed.reset, there) {
        (Some(_), true) if shared => {
            let confirm = seed.confirm.as_deref().unwrap_or_default();
            replace_on_server(args, &folder, confirm, set, output)?
        }
        (Some(name), true) => replace(args, &folder, name, set, &|| Ok(()), output)?,
        (_, false) => fresh(&folder, set, output)?,
        (None, true) => {
            let workspace = place::open(args)?;
            let mut outcome = SeedOutcome::default();
            at_desk(&workspace, |desk, _| {
                outcome = fill(desk, set, output)?;
                Ok(ExitCode::SUCCESS)
            })?;
            super::server::send_what_waits(&workspace, output);
            outcome
        }
    };
    let line = if outcome.already_there {
        "The sample is already there; nothing was done.".to_owned()
    } else if outcome.cancelled {
        "Stopped; nothing was done.".to_owned()
    } else {
        format!(
            "{} people, {} courses, {} enrollments, {} payments, made in {} steps.",
            outcome.people, outcome.courses, outcome.enrollments, outcome.payments, outcome.events
        )
    };
    output.answer(&outcome, &[line])?;
    Ok(found(outcome.cancelled))
}

fn fill(desk: &Desk<'_>, set: SeedSet, output: &Output) -> Result<SeedOutcome, WorkflowError> {
    let listening = signal::listen();
    operations::seed(
        desk,
        set,
        &mut |done, total| output.progress("Sample", done, total),
        &|| listening.asked(),
    )
}

/// A sample institution where no workspace is. Stopped halfway, nothing remains.
fn fresh(folder: &Path, set: SeedSet, output: &Output) -> Result<SeedOutcome, Failure> {
    let mut outcome = SeedOutcome::default();
    let made = create_sample(folder, &place::keys()?, &SystemClock, &SystemIds, |desk| {
        outcome = fill(desk, set, output)?;
        if outcome.cancelled {
            return Err(Refusal::new(Code::Cancelled, "Stopped; nothing was done.").into());
        }
        Ok(())
    });
    made.map(|_| outcome).map_err(Failure::of_keys)
}

/// Puts a fresh sample in the place of what the server's database has: made here first, and only then is
/// the database emptied and the sample uploaded.
fn replace_on_server(
    args: &Args,
    folder: &Path,
    confirm: &str,
    set: SeedSet,
    output: &Output,
) -> Result<SeedOutcome, Failure> {
    let workspace = place::open(args)?;
    let mut address = None;
    at_desk(&workspace, |_, actor| {
        address = Some(server::stored_address(&workspace, actor)?);
        server::may_empty(&workspace, actor, confirm)?;
        Ok(ExitCode::SUCCESS)
    })?;
    let address = address.unwrap_or_default();
    let institution = workspace.settings()?.institution;
    drop(workspace);
    let emptied = || Ok(server::empty_database(&address, confirm)?);
    let outcome = replace(args, folder, &institution, set, &emptied, output)?;
    let workspace = place::open(args)?;
    at_desk(&workspace, |desk, actor| {
        let attach = AttachServer {
            address: address.clone(),
            task: "seed".to_owned(),
        };
        let mut progress = |stage: &str, done, total| output.progress(stage, done, total);
        server::server_attach(&workspace, desk, actor, &attach, &mut progress, &|| false)?;
        Ok(ExitCode::SUCCESS)
    })?;
    Ok(outcome)
}

/// A name beside a folder that nothing has yet.
fn free_beside(folder: &Path) -> PathBuf {
    let mut name = folder.with_extension("replaced");
    let mut n = 1_u64;
    while name.symlink_metadata().is_ok() {
        n += 1;
        name = folder.with_extension(format!("replaced-{n}"));
    }
    name
}

/// A fresh sample in the place of a workspace, which is moved aside until the new one is there and what is
/// to be done `then` was done.
fn replace(
    args: &Args,
    folder: &Path,
    name: &str,
    set: SeedSet,
    then: &dyn Fn() -> Result<(), Failure>,
    output: &Output,
) -> Result<SeedOutcome, Failure> {
    let settings = place::open(args)?.settings()?;
    if !settings.sample && name != settings.institution {
        return Err(Failure::Usage(format!(
            "The workspace in {} is no sample. To replace it and everything in it for good, name it: --reset {:?}",
            folder.display(),
            settings.institution
        )));
    }
    let aside = free_beside(folder);
    let moved = |source| Failure::File {
        path: folder.to_owned(),
        source,
    };
    fs::rename(folder, &aside).map_err(moved)?;
    match fresh(folder, set, output).and_then(|outcome| then().map(|()| outcome)) {
        Ok(outcome) => {
            fs::remove_dir_all(&aside).map_err(moved)?;
            Ok(outcome)
        }
        Err(failure) => {
            if folder.is_dir() {
                fs::remove_dir_all(folder).map_err(moved)?;
            }
            fs::rename(&aside, folder).map_err(moved)?;
            Err(failure)
        }
    }
}

/// Makes load data.
pub(super) fn generate(
    desk: &Desk<'_>,
    actor: &Actor,
    load: &Generate,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let wanted = LoadWanted {
        enrollments: load.enrollments,
        seed: load.seed,
        until: load.until.unwrap_or(LoadWanted::UNTIL),
    };
    let mut progress = |done, total| output.progress("Enrollments", done, total);
    let outcome = {
        let listening = signal::listen();
        let stop = || listening.asked();
        operations::generate(desk, actor, wanted, &mut progress, &stop)?
    };
    let mut lines = vec![format!(
        "{} people, {} courses, {} enrollments made; {} were there.",
        outcome.people, outcome.courses, outcome.enrollments, outcome.skipped
    )];
    if outcome.cancelled {
        lines.push("Stopped before the end; the same command goes on.".to_owned());
    }
    output.answer(&outcome, &lines)?;
    Ok(found(outcome.cancelled))
}
