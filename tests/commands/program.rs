//! The program without its window: the shell's own builder on Tauri's mock runtime, with the real
//! configuration and capabilities, spoken to over the IPC.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use matricula_app::launch::Launch;
use serde_json::{Value, json};
use tauri::{
    App, Manager, WebviewWindow,
    ipc::{CallbackFn, InvokeBody},
    test::{MockRuntime, get_ipc_response},
    webview::InvokeRequest,
};
use tempfile::TempDir;
use vault::MemoryVault;
use workflows::accounts::Keys;

/// Where the program's own pages are.
pub const PAGE: &str = "tauri://localhost";

/// A command's no, as the window gets it.
#[derive(Debug)]
pub struct No {
    pub code: String,
    pub message: String,
    pub field: Option<String>,
}

/// The program, started on a directory of its own with its keys in memory.
pub struct Program {
    pub app: App<MockRuntime>,
    window: WebviewWindow<MockRuntime>,
    vault: Arc<MemoryVault>,
    directory: TempDir,
}

impl Program {
    /// Starts it where no institution is yet.
    pub fn start() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        Self::start_in(directory, Arc::new(MemoryVault::new()))
    }

    /// Ends it and starts it anew on the same workspace and keyring.
    pub fn restarted(self) -> Self {
        let Self {
            app,
            window,
            vault,
            directory,
        } = self;
        drop((window, app));
        Self::start_in(directory, vault)
    }

    fn start_in(directory: TempDir, vault: Arc<MemoryVault>) -> Self {
        let launch = Launch {
            workspace: Some(directory.path().join("institution")),
            demo: false,
            keys: Some(Keys::Vault(vault.clone())),
            downloads: Some(directory.path().join("downloads")),
        };
        let mut app = matricula_app::builder::<MockRuntime>(launch)
            .build(tauri::generate_context!("tauri.conf.json"))
            .expect("the application can be built");
        // The mock runtime has no event loop to wait in; one turn runs the set-up.
        #[allow(deprecated)]
        app.run_iteration(|_, _| {});
        let window = app
            .get_webview_window("main")
            .expect("the set-up opens the window");
        Self {
            app,
            window,
            vault,
            directory,
        }
    }

    /// The workspace's directory.
    pub fn home(&self) -> PathBuf {
        self.directory.path().join("institution")
    }

    /// Where files for the person are saved.
    pub fn downloads(&self) -> PathBuf {
        self.directory.path().join("downloads")
    }

    /// How to open the workspace from beside the program.
    pub fn keys(&self) -> Keys {
        Keys::Vault(self.vault.clone())
    }

    /// The window's page once more, for a thread of its own.
    pub fn caller(&self) -> Caller {
        Caller {
            window: self.window.clone(),
            key: self.app.invoke_key().to_owned(),
        }
    }

    /// Where the program's secrets are.
    pub fn vault(&self) -> &MemoryVault {
        &self.vault
    }

    /// Calls a command as the window does.
    pub fn call(&self, command: &str, args: Value) -> Result<Value, No> {
        let body = json!({ "args": args });
        send(&self.app, &self.window, PAGE, command, body).map_err(|error| no(command, &error))
    }

    /// Calls a command with a payload that need not have the key `args`.
    pub fn call_bare(&self, command: &str, body: Value) -> Result<Value, No> {
        send(&self.app, &self.window, PAGE, command, body).map_err(|error| no(command, &error))
    }

    /// Calls a command that must be answered.
    #[track_caller]
    pub fn ok(&self, command: &str, args: Value) -> Value {
        match self.call(command, args) {
            Ok(answer) => answer,
            Err(no) => panic!("{command} was refused: {no:?}"),
        }
    }

    /// Calls a command that must be refused, and says with which code.
    #[track_caller]
    pub fn no(&self, command: &str, args: Value) -> No {
        match self.call(command, args) {
            Ok(answer) => panic!("{command} must be refused, and answered {answer}"),
            Err(no) => no,
        }
    }

    /// Signs somebody in, with the password of the tests.
    #[track_caller]
    pub fn sign_in(&self, email: &str) -> Value {
        self.ok(
            "sign_in",
            json!({ "email": email, "password": super::fixture::PASSWORD }),
        )
    }
}

/// The window's own page, calling from a thread of its own.
pub struct Caller {
    window: WebviewWindow<MockRuntime>,
    key: String,
}

impl Caller {
    /// Calls a command as the window does.
    pub fn call(&self, command: &str, args: Value) -> Result<Value, No> {
        let body = json!({ "args": args });
        ask(&self.key, &self.window, PAGE, command, body).map_err(|error| no(command, &error))
    }
}

/// Sends a request of a window showing that page; the error is whatever crosses the IPC.
pub fn send(
    app: &App<MockRuntime>,
    window: &WebviewWindow<MockRuntime>,
    page: &str,
    command: &str,
    body: Value,
) -> Result<Value, Value> {
    ask(app.invoke_key(), window, page, command, body)
}

fn ask(
    key: &str,
    window: &WebviewWindow<MockRuntime>,
    page: &str,
    command: &str,
    body: Value,
) -> Result<Value, Value> {
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: page.parse().expect("an address"),
        body: InvokeBody::Json(body),
        headers: tauri::http::HeaderMap::new(),
        invoke_key: key.to_owned(),
    };
    get_ipc_response(window, request)
        .map(|body| body.deserialize::<Value>().expect("an answer is JSON"))
}

/// Every no has a code, a sentence, and perhaps a field, and nothing else.
#[track_caller]
fn no(command: &str, error: &Value) -> No {
    let object = error
        .as_object()
        .unwrap_or_else(|| panic!("{command} was refused without a code: {error}"));
    let mut keys: Vec<&str> = object.keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        ["code", "field", "message"],
        "{command} refuses in the common form"
    );
    let text = |key: &str| error[key].as_str().map(str::to_owned);
    No {
        code: text("code").expect("the code is a word"),
        message: text("message").expect("the message is a sentence"),
        field: text("field"),
    }
}

/// The names of the files in a directory.
pub fn files(directory: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return Vec::new();
    };
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}
