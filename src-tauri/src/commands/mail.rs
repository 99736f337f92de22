//! Mail: its settings, and this desktop's queue.

use tauri::State;
use workflows::{
    dto::{ById, Nothing},
    mail::{self, dto::*},
};

use super::commands;
use crate::{arguments::Arguments, error::Answer, state::Shell};

commands! { mail:
    mail_settings(&Nothing) -> MailSettings;
    mails(&Nothing) -> Vec<MailRow>;
    mail_retry(&ById) -> Vec<MailRow>;
    mail_discard(&ById) -> Vec<MailRow>;
}

/// Changes the settings.
#[tauri::command]
pub async fn mail_settings_update(
    shell: State<'_, Shell>,
    args: Arguments,
) -> Answer<MailSettings> {
    shell
        .at_workspace(
            "mail_settings_update",
            args,
            |workspace, desk, actor, args: UpdateMailSettings| {
                mail::mail_settings_update(workspace, desk, actor, &args)
            },
        )
        .await
}

/// Sends a letter to try the settings.
#[tauri::command]
pub async fn mail_test(shell: State<'_, Shell>, args: Arguments) -> Answer<Nothing> {
    shell
        .at_workspace(
            "mail_test",
            args,
            |workspace, desk, actor, args: TestMail| mail::mail_test(workspace, desk, actor, &args),
        )
        .await
}
