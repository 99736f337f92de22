//! What crossing the IPC adds to a list of 100 rows: the shell's own builder on Tauri's mock runtime,
//! gate and JSON included, in turns with the workflow alone. The same through the real window is in
//! `window.rs`.

use std::path::Path;

use matricula_app::launch::Launch;
use serde_json::{Value, json};
use tauri::{
    App, Manager, WebviewWindow,
    ipc::{CallbackFn, InvokeBody},
    test::{MockRuntime, get_ipc_response},
    webview::InvokeRequest,
};
use workflows::{
    dto::WindowDto,
    enrollment::{
        self,
        dto::{EnrollmentFilter, ListEnrollments},
    },
};

use crate::{
    figures::{Outcome, Row, Samples, Table, beside},
    institution::{self, Copied, Institution},
};

/// The group of the table, also for the window's line.
pub(crate) const GROUP: &str = "IPC: a list command, 100 rows";
/// The rows asked for.
pub(crate) const ROWS: u32 = 100;
const ROUNDS: usize = 300;

/// Measures it on a copy of the institution in `home`.
pub(crate) fn measure_ipc(home: &Path, enrollments: u64, table: &mut Table) -> Outcome {
    let copy = Copied::of(home)?;
    let at = Institution::open(&copy.home, enrollments)?;
    let shell = Shell::start(&copy.home)?;
    shell.call("workspace_status", &json!({}))?;
    shell.call(
        "sign_in",
        &json!({ "email": institution::EMAIL, "password": institution::PASSWORD }),
    )?;
    let (through, alone) = beside(
        ROUNDS,
        |_| shell.call("enrollments_list", &first_page()),
        |_| backend(&at),
    )?;
    let added = [through.p50() - alone.p50(), through.p95() - alone.p95()];
    let row = Row::times(GROUP, "mock runtime: gate, workflow, JSON", &through).at(enrollments);
    table.push(row.beside("the workflow alone", &alone));
    push_added(table, "mock runtime", &added, enrollments);
    Ok(())
}

/// The line the budget speaks of.
pub(crate) fn push_added(table: &mut Table, through: &str, added: &[f64; 2], enrollments: u64) {
    let mut row = Row::times(
        GROUP,
        format!("{through}: added over the backend call"),
        &Samples::default(),
    );
    row.p50 = added[0];
    row.p95 = Some(added[1]);
    table.push(
        row.at(enrollments)
            .asked("≤ 3 ms added", |row| row.p50 <= 3.0),
    );
}

/// The backend call alone.
pub(crate) fn backend(at: &Institution) -> Outcome<usize> {
    let filter = EnrollmentFilter {
        descending: true,
        ..EnrollmentFilter::default()
    };
    let args = ListEnrollments {
        filter,
        window: WindowDto {
            offset: 0,
            limit: ROWS,
        },
    };
    Ok(enrollment::enrollments_list(&at.desk(), &at.admin, args)?
        .rows
        .len())
}

/// The same call's arguments on the wire.
pub(crate) fn first_page() -> Value {
    json!({ "filter": { "descending": true }, "window": { "offset": 0, "limit": ROWS } })
}

struct Shell {
    app: App<MockRuntime>,
    window: WebviewWindow<MockRuntime>,
}

impl Shell {
    fn start(home: &Path) -> Outcome<Self> {
        let launch = Launch {
            workspace: Some(home.to_owned()),
            keys: Some(institution::keys()),
            ..Launch::default()
        };
        let mut app = matricula_app::builder::<MockRuntime>(launch)
            .build(tauri::generate_context!("tauri.conf.json"))?;
        // The mock runtime has no event loop to wait in; one turn runs the set-up.
        #[allow(deprecated)]
        app.run_iteration(|_, _| {});
        let window = app
            .get_webview_window("main")
            .ok_or("the set-up opened no window")?;
        Ok(Self { app, window })
    }

    fn call(&self, command: &str, args: &Value) -> Outcome<Value> {
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: "tauri://localhost".parse()?,
            body: InvokeBody::Json(json!({ "args": args })),
            headers: tauri::http::HeaderMap::new(),
            invoke_key: self.app.invoke_key().to_owned(),
        };
        match get_ipc_response(&self.window, request) {
            Ok(answer) => Ok(answer.deserialize::<Value>()?),
            Err(no) => Err(format!("{command} was refused: {no}").into()),
        }
    }
}
