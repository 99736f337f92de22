//! One function a command.

mod bring;
mod keep;
mod make;
mod tell;

use std::process::ExitCode;

use domain::Actor;
use workflows::{Desk, SystemClock, SystemIds, accounts::Workspace};

use crate::{
    args::{Admin, Args, Command, Import},
    failure::Failure,
    output::Output,
    place, signal,
};

/// Does what the command line asks for.
pub(crate) fn run(args: &Args, output: &Output) -> Result<ExitCode, Failure> {
    signal::listen();
    match &args.command {
        Command::Init(init) => make::init(args, init, output),
        Command::Seed(seed) => make::seed(args, seed, output),
        Command::Generate(load) => within(args, |desk, actor| {
            make::generate(desk, actor, load, output)
        }),
        Command::Import { what } => within(args, |desk, actor| match what {
            Import::People(csv) => bring::people(desk, actor, csv, output),
            Import::Courses(courses) => bring::courses(desk, actor, courses, output),
            Import::Oulad(oulad) => bring::oulad(desk, actor, oulad, output),
            Import::List => bring::list(desk, actor, output),
            Import::Undo { id } => bring::undo(desk, actor, id, output),
        }),
        Command::Report(report) => within(args, |desk, actor| {
            tell::report(desk, actor, report, output)
        }),
        Command::Verify => within(args, |desk, actor| tell::verify(desk, actor, output)),
        Command::Admin {
            what:
                Admin::Create {
                    name,
                    email,
                    password_stdin,
                },
        } => {
            let password = place::password(*password_stdin)?;
            within(args, |desk, actor| {
                keep::create_admin(desk, actor, name, email, &password, output)
            })
        }
        Command::Cleanup => within(args, |desk, actor| keep::cleanup(desk, actor, output)),
    }
}

/// Opens the workspace and works in it as the product itself.
fn within(
    args: &Args,
    work: impl FnOnce(&Desk<'_>, &Actor) -> Result<ExitCode, Failure>,
) -> Result<ExitCode, Failure> {
    let workspace = place::open(args)?;
    at_desk(&workspace, work)
}

fn at_desk(
    workspace: &Workspace,
    work: impl FnOnce(&Desk<'_>, &Actor) -> Result<ExitCode, Failure>,
) -> Result<ExitCode, Failure> {
    let desk = workspace.desk(&SystemClock, &SystemIds);
    let actor = Actor {
        name: "matriculactl".to_owned(),
        ..workflows::accounts::product(&desk)
    };
    work(&desk, &actor)
}

/// Exit code 0, or 1 where something is to be looked at.
fn found(something: bool) -> ExitCode {
    if something {
        ExitCode::from(crate::failure::REFUSED)
    } else {
        ExitCode::SUCCESS
    }
}
