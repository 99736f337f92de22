//! One function a command.

mod bring;
mod desktops;
mod keep;
mod make;
mod monitor;
mod server;
mod tell;

use std::process::ExitCode;

use domain::Actor;
use workflows::{Desk, SystemClock, SystemIds, accounts::Workspace};

use crate::{
    args::{Admin, Args, Command, Import},
    failure::Failure,
    output::Output,
    place,
};

/// Does what the command line asks for.
pub(crate) fn run(args: &Args, output: &Output) -> Result<ExitCode, Failure> {
    match &args.command {
        Command::Init(init) => make::init(args, init, output),
        Command::Seed(seed) => make::seed(args, seed, output),
        Command::Generate(load) => within(args, output, |desk, actor| {
            make::generate(desk, actor, load, output)
        }),
        Command::Import { what } => within(args, output, |desk, actor| match what {
            Import::People(csv) => bring::people(desk, actor, csv, output),
            Import::Courses(courses) => bring::courses(desk, actor, courses, output),
            Import::Oulad(oulad) => bring::oulad(desk, actor, oulad, output),
            Import::List => bring::list(desk, actor, output),
            Import::Undo { id } => bring::undo(desk, actor, id, output),
        }),
        Command::Report(report) => within(args, output, |desk, actor| {
            tell::report(desk, actor, report, output)
        }),
        Command::Verify { server: false } => within(args, output, |desk, actor| {
            tell::verify(desk, actor, output)
        }),
        Command::Verify { server: true } => at_workspace(args, output, |workspace, _, actor| {
            let report = workflows::operations::server::verify_server(workspace, actor)?;
            tell::verified(&report, output)
        }),
        Command::Admin {
            what:
                Admin::Create {
                    name,
                    email,
                    password_stdin,
                },
        } => {
            let password = place::password(*password_stdin)?;
            within(args, output, |desk, actor| {
                keep::create_admin(desk, actor, name, email, &password, output)
            })
        }
        Command::Cleanup => at_workspace(args, output, |workspace, desk, actor| {
            keep::cleanup(workspace, desk, actor, output)
        }),
        Command::AdoptPayments { dry_run } => {
            at_workspace(args, output, |workspace, desk, actor| {
                server::adopt_payments(workspace, desk, actor, *dry_run, output)
            })
        }
        Command::Repair { dry_run } => at_workspace(args, output, |workspace, desk, actor| {
            keep::repair(workspace, desk, actor, *dry_run, output)
        }),
        Command::Connect(asked) => server::connect(args, asked, output),
        Command::Detach(asked) => server::detach(args, asked, output),
        Command::Sync(asked) => server::sync(args, asked, output),
        Command::Migrate { what } => at_workspace(args, output, |workspace, desk, actor| {
            monitor::migrate(workspace, desk, actor, what, output)
        }),
        Command::Health { sizes } => at_workspace(args, output, |workspace, desk, actor| {
            monitor::health(workspace, desk, actor, *sizes, output)
        }),
        Command::Indexes => at_workspace(args, output, |workspace, desk, actor| {
            monitor::indexes(workspace, desk, actor, output)
        }),
        Command::Slow { level } => at_workspace(args, output, |workspace, desk, actor| {
            monitor::slow(workspace, desk, actor, *level, output)
        }),
        Command::Matrix => tell::matrix(output),
        Command::Queue { what } => at_workspace(args, output, |workspace, desk, actor| {
            server::queue(workspace, desk, actor, what, output)
        }),
        Command::Invite(asked) => at_workspace(args, output, |workspace, desk, actor| {
            desktops::invite(workspace, desk, actor, asked, output)
        }),
        Command::Join(asked) => desktops::join(args, asked, output),
        Command::ExportWorkspace(asked) => at_workspace(args, output, |workspace, desk, actor| {
            desktops::export(workspace, desk, actor, asked, output)
        }),
        Command::ImportWorkspace(asked) => desktops::import(args, asked, output),
    }
}

/// Opens the workspace and works in it as the product itself.
fn within(
    args: &Args,
    output: &Output,
    work: impl FnOnce(&Desk<'_>, &Actor) -> Result<ExitCode, Failure>,
) -> Result<ExitCode, Failure> {
    at_workspace(args, output, |_, desk, actor| work(desk, actor))
}

/// The same for what is about the workspace itself. Whatever was written is sent to the server before
/// the command ends.
fn at_workspace(
    args: &Args,
    output: &Output,
    work: impl FnOnce(&Workspace, &Desk<'_>, &Actor) -> Result<ExitCode, Failure>,
) -> Result<ExitCode, Failure> {
    let workspace = place::open(args)?;
    let outcome = at_desk(&workspace, |desk, actor| work(&workspace, desk, actor));
    server::send_what_waits(&workspace, output);
    desktops::obey(&workspace)?;
    outcome
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
