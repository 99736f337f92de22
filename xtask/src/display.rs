//! A screen, a message bus and a keyring where there are none: Xvfb, `dbus-run-session` and an
//! unlocked gnome-keyring of its own. What is kept in that keyring protects nothing.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::setup;

/// A message bus that starts nothing by itself: no portal, no accessibility bus, no second keyring.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// Unlocks a keyring that lives in `$MATRICULA_KEYRING`, then becomes the command it was given.
const SESSION: &str = "\
printf matricula | XDG_DATA_HOME=\"$MATRICULA_KEYRING\" \
gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 \
|| { echo 'gnome-keyring-daemon could not be unlocked' >&2; exit 97; }
exec \"$@\"";

/// Whether a window can be shown to somebody.
pub(crate) fn is_there() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// An X server without a screen; it ends with this value.
pub(crate) struct Screen {
    server: Child,
    name: String,
}

impl Screen {
    /// Starts Xvfb on a display number that it chooses itself, and returns when it takes clients.
    pub(crate) fn start() -> Result<Self> {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1920x1200x24",
                "-nolisten",
                "tcp",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Xvfb could not be started; `cargo xtask setup` installs it")?;
        let mut number = String::new();
        if let Some(out) = server.stdout.take() {
            // Answers once it is ready, or closes the pipe when it dies.
            BufReader::new(out).read_line(&mut number)?;
        }
        let number = number.trim();
        if number.is_empty() {
            let status = server.wait()?;
            bail!("Xvfb ended before it was ready ({status})");
        }
        Ok(Self {
            name: format!(":{number}"),
            server,
        })
    }

    /// Points a command at this screen, and WebKit away from graphics hardware that is not there.
    pub(crate) fn lend(&self, command: &mut Command) {
        command
            .env("DISPLAY", &self.name)
            .env_remove("WAYLAND_DISPLAY")
            .env("GDK_BACKEND", "x11")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env("NO_AT_BRIDGE", "1")
            .env("NO_PROXY", "127.0.0.1,localhost");
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may have ended by itself; either way nothing is left running.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The same command inside a message bus of its own with an unlocked keyring kept in `keyring`.
pub(crate) fn with_keyring(command: &Command, keyring: &Path) -> Result<Command> {
    for program in ["dbus-run-session", "gnome-keyring-daemon"] {
        if !setup::has(program) {
            bail!("{program} is not installed; `cargo xtask setup` installs it");
        }
    }
    std::fs::create_dir_all(keyring.join("keyrings"))
        .with_context(|| format!("{} cannot be made", keyring.display()))?;
    let bus = keyring.join("bus.conf");
    std::fs::write(&bus, BUS).with_context(|| format!("{} cannot be written", bus.display()))?;
    let mut session = Command::new("dbus-run-session");
    session
        .arg("--config-file")
        .arg(bus)
        .args(["--", "sh", "-c", SESSION, "session"])
        .arg(command.get_program())
        .args(command.get_args());
    if let Some(directory) = command.get_current_dir() {
        session.current_dir(directory);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => session.env(name, value),
            None => session.env_remove(name),
        };
    }
    session.env("MATRICULA_KEYRING", keyring);
    Ok(session)
}
