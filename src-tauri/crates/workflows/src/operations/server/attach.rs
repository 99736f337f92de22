//! Giving a filled local workspace a server, changing the server's address, and leaving it.
//!
//! Attaching and leaving change what the workspace's authority is: whoever calls opens it anew
//! afterwards. While a workspace is uploaded no engine may run on it.

use std::sync::Arc;

use domain::{Actor, Code, Refusal, role::Permission};
use remote::port::Port;
use sync::attach::{self, Obstacle};

use super::{
    connect::{self, dial, settings},
    dto::{
        AttachObstacle, AttachPreview, AttachServer, CollectionCount, DatabaseHolds, DetachServer,
    },
    line::Line,
    link,
    link::{self as links, SERVER_URI},
    migrations::prepare,
    reached::refused,
    words,
};
use crate::{
    accounts::Workspace,
    desk::{Desk, SystemClock},
    dto::RecordRef,
    error::WorkflowError,
    learning::share_certificate_key,
};

/// What attaching would do; nothing is written.
pub fn attach_preview(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &AttachServer,
) -> Result<AttachPreview, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    must_be_local(workspace)?;
    let server = dial(&words::options(&args.address))?;
    let probe = connect::probe(&server)?;
    let found = attach::preview(desk.replica, &server)?;
    let mut obstacles = Vec::new();
    if probe.holds == DatabaseHolds::Newer {
        obstacles.push(AttachObstacle {
            kind: "invalid".to_owned(),
            record: None,
            message:
                "A newer version of the program has prepared this database. Update this one first."
                    .to_owned(),
        });
    }
    desk.read(|reader| {
        for Obstacle { kind, record } in &found.obstacles {
            let record = record
                .map(|(collection, id)| {
                    Ok::<_, WorkflowError>(RecordRef {
                        collection,
                        id: id.to_hex(),
                        label: reader.called(collection, id)?,
                    })
                })
                .transpose()?;
            obstacles.push(AttachObstacle {
                kind: kind.as_str().to_owned(),
                record,
                message: kind.sentence().to_owned(),
            });
        }
        Ok(())
    })?;
    Ok(AttachPreview {
        probe,
        uploads: found
            .uploads
            .into_iter()
            .map(|(source, count)| CollectionCount {
                collection: source.name().to_owned(),
                count,
            })
            .collect(),
        already: found.already,
        obstacles,
    })
}

/// Uploads the workspace to the server and attaches it. Refused while anything stands in the way; a
/// cancelled upload leaves the workspace local, and what was uploaded is found by the next attempt.
pub fn server_attach(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &AttachServer,
    progress: &mut dyn FnMut(&str, u64, u64),
    cancelled: &dyn Fn() -> bool,
) -> Result<(), WorkflowError> {
    let preview = attach_preview(workspace, desk, actor, args)?;
    if let Some(first) = preview.obstacles.first() {
        return Err(Refusal::new(Code::Taken, first.message.clone()).into());
    }
    let options = remote::ServerOptions {
        device: Some(desk.device.clone()),
        ..words::options(&args.address)
    };
    let server = dial(&options)?;
    if preview.probe.pending_migrations > 0 {
        prepare(&server, desk.device, desk.now(), false, progress)?;
    }
    share_certificate_key(desk, actor)?;
    links::keep(workspace.vault().as_ref(), &options)?;
    let line = Line::new(options)?;
    let mut tell = |source: remote::port::Source, done, total| progress(source.name(), done, total);
    match attach::upload(desk.replica, &line, &SystemClock, &mut tell, cancelled) {
        Ok(true) => Ok(()),
        Ok(false) => {
            workspace.vault().delete(SERVER_URI)?;
            Err(Refusal::new(
                Code::Cancelled,
                "Stopped. The workspace is local, as it was.",
            )
            .into())
        }
        // What was begun is finished when the workspace is next opened.
        Err(error) => Err(error.into()),
    }
}

/// Finishes an upload that was interrupted. Does nothing where none was.
pub fn finish_upload(workspace: &Workspace) -> Result<(), WorkflowError> {
    if let Some(link) = workspace.link()
        && attach::is_under_way(workspace.replica())?
    {
        let line: &Arc<Line> = link.line();
        attach::upload(
            workspace.replica(),
            line.as_ref(),
            &SystemClock,
            &mut |source, done, total| {
                tracing::info!(source = source.name(), done, total, "uploading");
            },
            &|| false,
        )?;
    }
    Ok(())
}

/// Another address of the same database. Refused where it leads to another institution.
pub fn server_change(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &AttachServer,
) -> Result<(), WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    if !desk.read(|reader| Ok(reader.has_server()?))? {
        return Err(super::no_server().into());
    }
    let options = remote::ServerOptions {
        device: Some(desk.device.clone()),
        ..words::options(&args.address)
    };
    let server = dial(&options)?;
    let ours = workspace.settings()?.id;
    let theirs = settings(&server as &dyn Port)?.map(|settings| settings.id);
    if theirs != Some(ours) {
        return Err(Refusal::field(
            Code::WrongState,
            "uri",
            "This is another database: the institution in it is not this one.",
        )
        .into());
    }
    server.abilities().map_err(refused)?;
    links::keep(workspace.vault().as_ref(), &options)
}

/// Leaves the server: whatever waits becomes local truth. True: this desktop's copy is to be wiped by
/// whoever calls, because the file is open here.
pub fn server_detach(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &DetachServer,
) -> Result<bool, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let (attached, waits) = desk.read(|reader| {
        let counts = reader.queue_counts()?;
        Ok((
            reader.has_server()?,
            counts.waiting + counts.lines + counts.dead,
        ))
    })?;
    if !attached {
        return Err(super::no_server().into());
    }
    let institution = workspace.settings()?.institution;
    if (args.wipe || waits > 0) && args.confirm.trim() != institution {
        return Err(Refusal::field(
            Code::Required,
            "confirm",
            if waits > 0 {
                format!(
                    "{waits} changes have not reached the server. Type the institution's name to leave all the same."
                )
            } else {
                "Type the institution's name to wipe this desktop's copy.".to_owned()
            },
        )
        .into());
    }
    if !args.wipe {
        desk.replica.detach()?;
    }
    workspace.vault().delete(SERVER_URI)?;
    Ok(args.wipe)
}

fn must_be_local(workspace: &Workspace) -> Result<(), WorkflowError> {
    if link(workspace).is_ok() || workspace.replica().read(|reader| reader.has_server())? {
        return Err(Refusal::new(Code::WrongState, "This workspace has a server already.").into());
    }
    Ok(())
}
