//! Workspaces with a server: joining one, giving one to a local workspace, leaving it.

use workflows::{
    accounts::{self, dto::WorkspaceStatus},
    operations::server::{
        self,
        dto::{
            AttachServer, ConnectInstitution, DetachServer, ServerAddress, ServerProbe, SyncStatus,
        },
    },
};

use super::{Shell, blocking, lock};
use crate::{arguments::Arguments, error::Answer};

impl Shell {
    /// What a server answers.
    pub async fn probe(&self, address: ServerAddress) -> Answer<ServerProbe> {
        blocking(move || Ok(server::connect_probe(&address)?)).await
    }

    /// First run: joins an institution's server. Progress is of the task `connect`.
    pub async fn connect(&self, args: ConnectInstitution) -> Answer<WorkspaceStatus> {
        let shell = self.clone();
        blocking(move || {
            let _one = lock(&shell.0.opening);
            shell.must_be_closed()?;
            server::connect_probe(&args.address)?;
            Ok(accounts::closed_status(
                &shell.0.wiring.home,
                shell.keyring(),
            )?)
        })
        .await
    }

    /// Uploads the workspace to a server and goes on as one of its desktops.
    pub async fn attach(&self, args: Arguments) -> Answer<SyncStatus> {
        self.at_workspace(
            "server_attach",
            args,
            |workspace, desk, actor, args: AttachServer| {
                server::server_attach(workspace, desk, actor, &args)
            },
        )
        .await
    }

    /// Another address of the same database.
    pub async fn change_server(&self, args: Arguments) -> Answer<SyncStatus> {
        self.at_workspace(
            "server_change",
            args,
            |workspace, desk, actor, args: AttachServer| {
                server::server_change(workspace, desk, actor, &args)
            },
        )
        .await
    }

    /// Leaves the server.
    pub async fn detach(&self, args: Arguments) -> Answer<WorkspaceStatus> {
        let shell = self.clone();
        self.at_workspace(
            "server_detach",
            args,
            move |workspace, desk, actor, args: DetachServer| {
                server::server_detach(workspace, desk, actor, &args)?;
                accounts::closed_status(&shell.0.wiring.home, shell.keyring())
            },
        )
        .await
    }
}
