//! The real program in its window, in turns with an empty Tauri window: start, memory, frames while
//! scrolling, and a list command as the page calls it.
//!
//! Driven over WebDriver. Without a screen the window is drawn by software on a virtual one; frames are
//! then those of the processor, which the peer's show.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    driver::Window,
    figures::{Outcome, Row, Samples, Table, measure},
    institution::{self, Copied, Institution},
    ipc,
};

const STARTS: usize = 7;
/// Distance scrolled with each frame, in pixels, and for how long, in milliseconds.
const STEP: u32 = 90;
const SCROLLED: u32 = 6_000;
/// A frame longer than this is seen.
const LONG: f64 = 32.0;

const EMPTY_IS_THERE: &str =
    "return document.readyState === 'complete' && document.querySelector('p') !== null;";
const SIGN_IN_IS_THERE: &str = "
    const password = document.querySelector('input[type=password]');
    const button = document.querySelector('button[type=submit]');
    return password !== null && !password.disabled && button !== null && button.getClientRects().length > 0;";
const FRAME_IS_THERE: &str =
    "return document.querySelector('a[href$=\"#/enrollments\"]') !== null;";
const OPEN_THE_LIST: &str =
    "document.querySelector('a[href$=\"#/enrollments\"]').click(); return true;";
const LIST_IS_THERE: &str =
    "return document.querySelector('[role=grid] [role=gridcell]') !== null;";

/// Scrolls what `arguments[0]` finds by so many pixels with every frame, and gives the times between
/// frames.
const SCROLL: &str = "
    const [where, step, time, done] = arguments;
    const scroller = document.querySelector(where);
    const frames = [];
    let last = null;
    let first = null;
    const frame = (now) => {
        first ??= now;
        if (last !== null) frames.push(now - last);
        last = now;
        scroller.scrollTop += step;
        if (now - first < time) requestAnimationFrame(frame);
        else done({ frames, scrolled: scroller.scrollTop });
    };
    requestAnimationFrame(frame);";

/// Rows of text without anything behind them: what a scrolled page costs by itself.
const PLAIN_ROWS: &str = "
    const list = document.createElement('div');
    list.id = 'list';
    list.setAttribute('style', 'height: 700px; overflow: auto');
    for (let n = 0; n < 2000; n += 1) {
        const row = document.createElement('div');
        row.setAttribute('style', 'height: 36px');
        row.textContent = `Row ${n} of plain text, and more of it, and more of it`;
        list.append(row);
    }
    document.body.append(list);
    return true;";

/// Calls a command some times in a row, and gives the milliseconds of each call; the page's clock counts
/// whole ones, so ten calls are timed together.
const CALLS: &str = "
    const [command, args, rounds, done] = arguments;
    (async () => {
        const call = () => window.__TAURI_INTERNALS__.invoke(command, { args });
        for (let n = 0; n < 10; n += 1) await call();
        const times = [];
        for (let n = 0; n < rounds; n += 1) {
            const start = performance.now();
            for (let k = 0; k < 10; k += 1) await call();
            times.push((performance.now() - start) / 10);
        }
        done({ times });
    })().catch((error) => done({ error: JSON.stringify(error) }));";
const CALL: &str = "
    const [command, args, done] = arguments;
    window.__TAURI_INTERNALS__.invoke(command, { args })
        .then(() => done({}), (error) => done({ error: JSON.stringify(error) }));";

/// The two programs.
pub(crate) struct Programs {
    /// The release build with its interface.
    pub(crate) matricula: PathBuf,
    /// A Tauri window with one sentence in it.
    pub(crate) empty: PathBuf,
}

/// Measures start and memory, on a copy of the institution in `home`.
pub(crate) fn measure_start(
    programs: &Programs,
    home: &Path,
    enrollments: u64,
    table: &mut Table,
) -> Outcome {
    let copy = Copied::of(home)?.into_keyring()?;
    runtime()?.block_on(starts(programs, &copy.home, enrollments, table))
}

/// Measures frames, and a list command as the page calls it.
pub(crate) fn measure_scroll(
    programs: &Programs,
    home: &Path,
    enrollments: u64,
    table: &mut Table,
) -> Outcome {
    let copy = Copied::of(home)?.into_keyring()?;
    runtime()?.block_on(scrolling(programs, &copy.home, enrollments, table))
}

fn runtime() -> Outcome<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?)
}

async fn starts(programs: &Programs, home: &Path, enrollments: u64, table: &mut Table) -> Outcome {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut our_memory, mut their_memory) = (Vec::new(), Vec::new());
    // The first of each is not counted: it warms the disk.
    for round in 0..=STARTS {
        let window = Window::open(&programs.empty, None).await?;
        window.until(EMPTY_IS_THERE).await?;
        let empty = window.age()?;
        window.rest(Duration::from_secs(1)).await;
        let empty_memory = window.memory()?;
        window.close().await?;

        let window = Window::open(&programs.matricula, Some(home)).await?;
        window.until(SIGN_IN_IS_THERE).await?;
        let full = window.age()?;
        window.rest(Duration::from_secs(1)).await;
        let memory = window.memory()?;
        window.close().await?;
        if round > 0 {
            theirs.push(empty);
            their_memory.push(empty_memory);
            ours.push(full);
            our_memory.push(memory);
        }
    }
    let empty = Samples::of(theirs);
    let row = Row::times(
        "Start",
        "process to a usable sign-in screen",
        &Samples::of(ours),
    )
    .at(enrollments);
    table.push(
        row.beside("an empty Tauri window", &empty)
            .asked("≤ 1.2 s, ≤ 2 × empty", |row| {
                row.p50 <= 1200.0 && row.ratio() <= 2.0
            }),
    );
    let empty = Samples::of(their_memory);
    let mut row = Row::times(
        "Memory, program and web view (PSS)",
        "at the sign-in screen",
        &Samples::of(our_memory),
    );
    row.unit = "MB";
    table.push(
        row.at(enrollments)
            .beside("an empty Tauri window", &empty)
            .asked("≤ 1.4 × empty", |row| row.ratio() <= 1.4),
    );
    Ok(())
}

async fn scrolling(
    programs: &Programs,
    home: &Path,
    enrollments: u64,
    table: &mut Table,
) -> Outcome {
    let window = Window::open(&programs.empty, None).await?;
    window.until(EMPTY_IS_THERE).await?;
    window.script(PLAIN_ROWS).await?;
    let plain = frames(&window, "#list", 9).await?;
    window.close().await?;

    let window = Window::open(&programs.matricula, Some(home)).await?;
    window.until(SIGN_IN_IS_THERE).await?;
    let who = json!({ "email": institution::EMAIL, "password": institution::PASSWORD });
    call(&window, "sign_in", who).await?;
    window.script("location.reload(); return true;").await?;
    window.until(FRAME_IS_THERE).await?;
    window.script(OPEN_THE_LIST).await?;
    window.until(LIST_IS_THERE).await?;
    window.rest(Duration::from_millis(500)).await;
    let group = "Frames while scrolling the list of enrollments";
    for (what, step) in [
        ("a steady scroll, 2½ rows a frame", STEP),
        ("a fast one, 40 rows a frame", 16 * STEP),
    ] {
        let frames = frames(&window, "[role=grid]", step).await?;
        let what = format!(
            "{what}; {} of {} frames over 32 ms",
            frames.over(LONG),
            frames.count()
        );
        let row = Row::times(group, what, &frames).at(enrollments);
        table.push(
            row.beside("plain rows in an empty window", &plain)
                .asked("no frame over 32 ms", |_| frames.over(LONG) == 0),
        );
        table.push(Row::figure(group, "  the longest frame", frames.max(), "ms").at(enrollments));
    }
    let what = format!(
        "the longest frame of plain rows; {} over 32 ms",
        plain.over(LONG)
    );
    table.push(Row::figure(group, what, plain.max(), "ms"));
    let mut row = Row::figure(
        "Memory, program and web view (PSS)",
        "after scrolling the list",
        window.memory()?,
        "MB",
    );
    row.enrollments = Some(enrollments);
    table.push(row);
    round_trip(&window, home, enrollments, table).await?;
    window.close().await
}

async fn round_trip(window: &Window, home: &Path, enrollments: u64, table: &mut Table) -> Outcome {
    let arguments = vec![json!("enrollments_list"), ipc::first_page(), json!(30)];
    let through = times(&answered(window.script_later(CALLS, arguments).await?)?["times"])?;
    // The program has the file open too, as it has while it answers the page.
    let workspace =
        workflows::accounts::Workspace::open(home, &workflows::accounts::Keys::Keyring)?;
    let at = Institution::of(workspace, enrollments)?;
    let alone = measure(300, |_| ipc::backend(&at))?;
    let row = Row::times(
        ipc::GROUP,
        "real window: invoke to answer in the page",
        &through,
    )
    .at(enrollments);
    table.push(row.beside("the workflow alone", &alone));
    let added = [through.p50() - alone.p50(), through.p95() - alone.p95()];
    ipc::push_added(table, "real window", &added, enrollments);
    Ok(())
}

async fn frames(window: &Window, scroller: &str, step: u32) -> Outcome<Samples> {
    let arguments = vec![json!(scroller), json!(step), json!(SCROLLED)];
    let answer = window.script_later(SCROLL, arguments).await?;
    if answer["scrolled"].as_f64().unwrap_or_default() < 1000.0 {
        return Err(format!("{scroller} was not scrolled").into());
    }
    times(&answer["frames"])
}

async fn call(window: &Window, command: &str, args: Value) -> Outcome {
    answered(
        window
            .script_later(CALL, vec![json!(command), args])
            .await?,
    )
    .map(|_| ())
}

fn answered(answer: Value) -> Outcome<Value> {
    match answer["error"].as_str() {
        Some(error) => Err(error.into()),
        None => Ok(answer),
    }
}

fn times(list: &Value) -> Outcome<Samples> {
    let list = list.as_array().ok_or("the page gave no times")?;
    Ok(Samples::of(list.iter().filter_map(Value::as_f64).collect()))
}
