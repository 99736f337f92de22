//! The commands of the window, one file an area. Each passes the gate, unpacks its arguments, calls
//! the workflow of its name on a blocking thread and converts the answer.
//!
//! No rule lives here. Who may call what is `workflows::wire`; what a command does is its workflow.

pub mod accounts;
pub mod catalog;
pub mod enrollment;
pub mod learning;
pub mod operations;
pub mod payments;
pub mod people;
pub mod reporting;

/// Commands whose workflow takes the desk, the actor and the arguments.
macro_rules! commands {
    ($area:ident: $($name:ident($args:ty) -> $answer:ty;)*) => {$(
        #[doc = concat!("`workflows::", stringify!($area), "::", stringify!($name), "`, for the window.")]
        #[tauri::command]
        pub async fn $name(
            shell: tauri::State<'_, crate::state::Shell>,
            args: crate::arguments::Arguments,
        ) -> crate::error::Answer<$answer> {
            shell
                .act(stringify!($name), args, |desk, actor, args: $args| workflows::$area::$name(desk, actor, args))
                .await
        }
    )*};
}
pub(crate) use commands;

/// Commands whose workflow also writes a file into the person's downloads folder.
macro_rules! saving_commands {
    ($area:ident: $($name:ident($args:ty) -> $answer:ty;)*) => {$(
        #[doc = concat!("`workflows::", stringify!($area), "::", stringify!($name), "`, for the window.")]
        #[tauri::command]
        pub async fn $name(
            shell: tauri::State<'_, crate::state::Shell>,
            args: crate::arguments::Arguments,
        ) -> crate::error::Answer<$answer> {
            let folder = shell.downloads();
            shell
                .act(stringify!($name), args, move |desk, actor, args: $args| {
                    workflows::$area::$name(desk, actor, args, &folder)
                })
                .await
        }
    )*};
}
pub(crate) use saving_commands;
