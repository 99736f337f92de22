//! The institution's server in the window: what a local workspace says of one, making an institution on an
//! empty server, joining it from a second desk, leaving the network for a while, and the system's screens.

use std::thread;

use remote::{
    Server,
    port::{Filter, Port, Slice, Source, View},
};
use testkit::{Mongod, TestDatabase};

use crate::{
    desk::{Desk, story_at},
    find::{containing, starting},
    sample::sample_story,
    screens::judge,
};

const EMAIL: &str = "ada@riverside.example";
const PASSWORD: &str = "Correct-Horse-7";

/// The screens of the server and their headings.
const SCREENS: [(&str, &str, &str); 5] = [
    ("/system/sync", "Sync centre", "server-sync"),
    ("/system/server", "Server", "server-health"),
    ("/system/migrations", "Migrations", "server-migrations"),
    (
        "/system/indexes",
        "Indexes and slow queries",
        "server-indexes",
    ),
    ("/system/maintenance", "Maintenance", "server-maintenance"),
];

#[test]
fn a_local_workspace_says_what_a_server_would_give() {
    sample_story(
        "a_local_workspace_says_what_a_server_would_give",
        async |desk| {
            desk.find("heading", "Dashboard").await;
            desk.click("button", "Local").await;
            desk.find("dialog", "Local").await;
            judge(&desk, "server-local-pill").await;
            desk.click("link", "Connect a server").await;
            desk.find("heading", "Server").await;
            judge(&desk, "server-local").await;

            let nobody = "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=500";
            desk.fill("Connection string", "riverside").await;
            desk.click("button", "Try it and preview the upload").await;
            desk.reads("It begins with mongodb:// or mongodb+srv://.")
                .await;
            desk.fill("Connection string", nobody).await;
            desk.click("button", "Try it and preview the upload").await;
            desk.gone("button", "Upload and share").await;
            let kept = desk
                .script(
                    "return document.querySelector('main input[type=password]').value;",
                    Vec::new(),
                )
                .await;
            assert_eq!(kept, nobody, "what was typed stays");

            desk.go("/system/sync").await;
            desk.find("heading", "No server is connected").await;
            desk.go("/system/migrations").await;
            desk.find("heading", "No server to prepare").await;
            desk.go("/system/indexes").await;
            desk.find("heading", "No server to look at").await;
            desk.go("/system/maintenance").await;
            desk.find("heading", "Maintenance").await;
            judge(&desk, "server-local-maintenance").await;
            desk.click("button", "Look first").await;
            desk.reads("Nothing is to be done.").await;
        },
    );
}

#[test]
fn an_institution_is_made_on_a_server_and_joined_from_a_second_desk() {
    let Some(database) = testkit::server() else {
        return;
    };
    let first = tempfile::tempdir().expect("a directory for the first desk");
    let uri = database.uri.clone();
    story_at("an_institution_is_made_on_a_server", first.path(), &[], {
        let uri = uri.clone();
        async move |desk| {
            try_connection(&desk, &uri).await;
            desk.find("heading", "An empty database").await;
            judge(&desk, "server-connect-empty").await;
            desk.fill("Name of the institution", "Riverside College")
                .await;
            desk.fill("Name", "Ada Lovelace").await;
            desk.fill("E-mail", EMAIL).await;
            desk.fill("Password", PASSWORD).await;
            desk.click("button", "Create the institution").await;
            desk.find("heading", "Dashboard").await;
            desk.find("button", "Online, all saved").await;
            add_person(&desk, "Grace Hopper", "grace@riverside.example").await;
            desk.find("button", "Online, all saved").await;
            for (address, heading, screen) in SCREENS {
                desk.go(address).await;
                desk.find("heading", heading).await;
                judge(&desk, screen).await;
            }
        }
    });
    assert_eq!(people(&database), 2, "the administrator and the new person");

    let second = tempfile::tempdir().expect("a directory for the second desk");
    story_at(
        "the_institution_is_joined_from_a_second_desk",
        second.path(),
        &[],
        async move |desk| {
            try_connection(&desk, &uri).await;
            desk.find("heading", "Riverside College").await;
            judge(&desk, "server-connect-join").await;
            desk.click("button", "Join Riverside College").await;
            desk.sign_in(EMAIL, PASSWORD).await;
            desk.find("button", "Online, all saved").await;
            desk.go("/people").await;
            desk.find("rowheader", containing("Grace Hopper")).await;
        },
    );
}

#[test]
fn work_goes_on_while_the_server_is_away() {
    let Some(mut server) = Mongod::start(&[]) else {
        return;
    };
    let database = server.database();
    let home = tempfile::tempdir().expect("a directory for the desk");
    let uri = database.uri.clone();
    story_at(
        "work_goes_on_while_the_server_is_away",
        home.path(),
        &[],
        async move |desk| {
            try_connection(&desk, &uri).await;
            desk.fill("Name of the institution", "Riverside College")
                .await;
            desk.fill("Name", "Ada Lovelace").await;
            desk.fill("E-mail", EMAIL).await;
            desk.fill("Password", PASSWORD).await;
            desk.click("button", "Create the institution").await;
            desk.find("button", "Online, all saved").await;
            server.kill();
            desk.find("button", starting("Offline")).await;
            add_person(&desk, "Grace Hopper", "grace@riverside.example").await;
            desk.find("link", "Waits for the server").await;
            // The new person; who made her a moment ago is not told to have looked at her record.
            desk.find("button", "Offline, 1 waiting").await;
            desk.go("/system/sync").await;
            desk.find("heading", "Offline").await;
            desk.find("heading", "Waiting to be sent (1)").await;
            judge(&desk, "server-offline").await;
            server.start_again();
            desk.click("button", "Try now").await;
            desk.find("button", "Online, all saved").await;
            desk.reads("Nothing waits: everything made here is on the server.")
                .await;
        },
    );
    drop(database);
}

#[test]
fn a_filled_workspace_is_uploaded_and_left_again() {
    let Some(database) = testkit::server() else {
        return;
    };
    let uri = database.uri.clone();
    sample_story(
        "a_filled_workspace_is_uploaded_and_left_again",
        async move |desk| {
            desk.find("heading", "Dashboard").await;
            desk.go("/system/server").await;
            desk.fill("Connection string", &uri).await;
            desk.click("button", "Try it and preview the upload").await;
            desk.find("heading", "What would be uploaded").await;
            judge(&desk, "server-attach-preview").await;
            desk.click("button", starting("Upload")).await;
            desk.find("dialog", starting("Upload")).await;
            desk.click("button", "Upload and share").await;
            desk.find("heading", "Healthy").await;
            desk.find("button", "Online, all saved").await;
            judge(&desk, "server-attached").await;
            desk.click("button", "Leave the server").await;
            desk.find_any(&["heading", "button"], "Local").await;
        },
    );
    assert!(
        people(&database) > 100,
        "the sample's people are on the server"
    );
}

/// First run, up to what the server answered.
async fn try_connection(desk: &Desk, uri: &str) {
    desk.find("heading", "Welcome to Matricula").await;
    desk.click("button", starting("Connect to an institution's server"))
        .await;
    desk.fill("Connection string", uri).await;
    desk.click("button", "Try the connection").await;
}

async fn add_person(desk: &Desk, name: &str, email: &str) {
    desk.go("/people/new").await;
    desk.find("heading", "New person").await;
    desk.fill("Name", name).await;
    desk.fill("E-mail", email).await;
    desk.click("button", "Create person").await;
    desk.find("heading", name).await;
}

/// How many people the server has. The connection blocks, so it is asked outside the story's runtime.
fn people(database: &TestDatabase) -> u64 {
    thread::scope(|scope| {
        scope
            .spawn(|| {
                let server: Server = database.connect();
                server
                    .count(&Slice {
                        source: Source::Documents(domain::Collection::Users),
                        filter: Filter::All,
                        view: View::Whole,
                    })
                    .expect("the server counts its people")
            })
            .join()
            .expect("the server is asked")
    })
}
