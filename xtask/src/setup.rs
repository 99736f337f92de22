//! What building and testing need on this machine, installed where that is known to work (Debian and
//! Ubuntu) and named where it is not.
//!
//! Deliberately absent: Rust and Node themselves. How they are installed is the person's choice.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{command, interface, mongod, place, smtp};

/// The oldest Node that the interface's tools accept.
const NODE: (u32, u32) = (20, 19);

/// To build and open the window, then to drive it without a screen and with a real keyring.
const PACKAGES: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libssl-dev",
    "libdbus-1-dev",
    "libwebkit2gtk-4.1-dev",
    "librsvg2-dev",
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "dbus",
    "dbus-x11",
    "gnome-keyring",
    "fonts-dejavu-core",
    // The test server's storage engine is C and C++.
    "cmake",
    "g++",
    // The test mail server is Python.
    "python3",
    "python3-pip",
];

const ELSEWHERE: &str = "\
  Fedora   dnf install webkit2gtk4.1-devel openssl-devel dbus-devel librsvg2-devel gcc pkgconf \\
             xorg-x11-server-Xvfb dbus-daemon gnome-keyring cmake gcc-c++
  Arch     pacman -S --needed webkit2gtk-4.1 openssl dbus librsvg base-devel xorg-server-xvfb gnome-keyring cmake
  macOS    xcode-select --install; brew install openssl@3 cmake
  Windows  Visual Studio's C++ build tools, the WebView2 runtime, OpenSSL
The window tests need WebKitWebDriver, Xvfb and a Secret Service, so they run on Linux only.";

/// Installs everything; quick and silent when nothing is missing.
pub(crate) fn all() -> Result<()> {
    place::claim_build()?;
    system()?;
    node()?;
    interface::install()?;
    mongod::install()?;
    smtp::install()
}

fn system() -> Result<()> {
    if !has("dpkg-query") || !has("apt-get") {
        println!(
            "This system's packages are not installed by this tool. Matricula needs:\n{ELSEWHERE}\n"
        );
        return Ok(());
    }
    let missing = missing_packages()?;
    if missing.is_empty() {
        return Ok(());
    }
    println!("Missing packages: {}", missing.join(" "));
    apt(&["update"])?;
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(&missing);
    apt(&install)?;
    let still = missing_packages()?;
    if !still.is_empty() {
        bail!("these packages could not be installed: {}", still.join(" "));
    }
    Ok(())
}

fn missing_packages() -> Result<Vec<&'static str>> {
    // Exits with 1 when it does not know a package, so the output is what counts.
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Abbrev}${Package}\\n"])
        .args(PACKAGES)
        .output()
        .context("dpkg-query could not be started")?;
    let listing = String::from_utf8_lossy(&output.stdout);
    let installed: BTreeSet<&str> = listing
        .lines()
        .filter_map(|line| line.strip_prefix("ii"))
        .map(str::trim)
        .collect();
    Ok(PACKAGES
        .iter()
        .copied()
        .filter(|package| !installed.contains(package))
        .collect())
}

fn apt(arguments: &[&str]) -> Result<()> {
    let root = command::read(Command::new("id").arg("-u"))?.trim() == "0";
    let mut apt = if root {
        Command::new("apt-get")
    } else if has("sudo") {
        let mut sudo = Command::new("sudo");
        if !std::io::stdin().is_terminal() {
            sudo.arg("--non-interactive");
        }
        sudo.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    } else {
        bail!(
            "installing needs root; run this as root:\n  apt-get update && apt-get install {}",
            PACKAGES.join(" ")
        );
    };
    apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    command::run(&mut apt)
}

fn node() -> Result<()> {
    let (major, minor) = NODE;
    let version = command::read(Command::new("node").arg("--version")).with_context(|| {
        format!(
            "Matricula's interface is built with Node {major}.{minor} or newer; install it and npm"
        )
    })?;
    let mut numbers = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if found < NODE {
        bail!(
            "Node {} is too old: the interface is built with {major}.{minor} or newer",
            version.trim()
        );
    }
    Ok(())
}

/// Whether a program is on the path.
pub(crate) fn has(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|directory| directory.join(program).is_file())
    })
}
