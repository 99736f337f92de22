//! The commands of the window, one file an area. Each passes the gate, unpacks its arguments, calls
//! the workflow of its name on a blocking thread and converts the answer.
//!
//! No rule lives here. Who may call what is `workflows::wire`; what a command does is its workflow.

pub mod accounts;
pub mod catalog;
pub mod desktops;
pub mod enrollment;
pub mod learning;
pub mod mail;
pub mod operations;
pub mod payments;
pub mod people;
pub mod reporting;
pub mod server;

/// One command: the gate, the arguments, the work.
macro_rules! command {
    ($area:ident, $name:ident, $answer:ty, $shell:ident => $work:expr) => {
        #[doc = concat!("`workflows::", stringify!($area), "::", stringify!($name), "`, for the window.")]
        #[tauri::command]
        pub async fn $name(
            $shell: tauri::State<'_, crate::state::Shell>,
            args: crate::arguments::Arguments,
        ) -> crate::error::Answer<$answer> {
            $shell.act(stringify!($name), args, $work).await
        }
    };
}
pub(crate) use command;

/// Commands whose workflow takes the desk, the actor and the arguments, by value or (`&`) by reference.
macro_rules! commands {
    ($area:ident:) => {};
    ($area:ident: $name:ident(&$args:ty) -> $answer:ty; $($rest:tt)*) => {
        super::command!($area, $name, $answer, shell => |desk, actor, args: $args| {
            workflows::$area::$name(desk, actor, &args)
        });
        commands! { $area: $($rest)* }
    };
    ($area:ident: $name:ident($args:ty) -> $answer:ty; $($rest:tt)*) => {
        super::command!($area, $name, $answer, shell => |desk, actor, args: $args| {
            workflows::$area::$name(desk, actor, args)
        });
        commands! { $area: $($rest)* }
    };
}
pub(crate) use commands;

/// Commands whose workflow also writes a file into the person's downloads folder.
macro_rules! saving_commands {
    ($area:ident:) => {};
    ($area:ident: $name:ident(&$args:ty) -> $answer:ty; $($rest:tt)*) => {
        super::command!($area, $name, $answer, shell => {
            let folder = shell.downloads();
            move |desk, actor, args: $args| workflows::$area::$name(desk, actor, &args, &folder)
        });
        saving_commands! { $area: $($rest)* }
    };
    ($area:ident: $name:ident($args:ty) -> $answer:ty; $($rest:tt)*) => {
        super::command!($area, $name, $answer, shell => {
            let folder = shell.downloads();
            move |desk, actor, args: $args| workflows::$area::$name(desk, actor, args, &folder)
        });
        saving_commands! { $area: $($rest)* }
    };
}
pub(crate) use saving_commands;
