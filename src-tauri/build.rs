//! Tauri's build step, told where this repository keeps capabilities and permissions.

use std::error::Error;
use std::fs;
use std::path::Path;

use tauri_build::{AppManifest, Attributes};

/// What the window shows when the program was built before its interface was.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Matricula</title></head>\
<body><main><h1>The interface has not been built</h1>\
<p>Start Matricula with <code>cargo xtask run</code>: it builds the interface first.</p></main></body></html>\n";

fn main() -> Result<(), Box<dyn Error>> {
    // The interface is embedded when the crate is compiled, so cargo must hear of a new build of it.
    println!("cargo:rerun-if-changed=ui/dist");
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=src-tauri/permissions");
    println!("cargo:rerun-if-changed=src-tauri/icons");

    // `cargo check` on a fresh clone needs no Node.
    let page = Path::new("ui/dist/index.html");
    if !page.exists() {
        fs::create_dir_all("ui/dist")?;
        fs::write(page, NOT_BUILT)?;
    }

    tauri_build::try_build(
        Attributes::new()
            .capabilities_path_pattern("./src-tauri/capabilities/**/*")
            .app_manifest(
                AppManifest::new().permissions_path_pattern("./src-tauri/permissions/**/*"),
            ),
    )?;
    Ok(())
}
