//! The roles of the third migration, tried with a bare driver on a server that asks for a login.

use bson::{Document, doc, oid::ObjectId};
use remote::{Server, ServerOptions};
use testkit::mongod::{Mongod, fresh_name};

use crate::bare::{Bare, code, up};

/// A server with logins, its database prepared by its owner. None where there is no server to start.
pub(crate) fn prepared() -> Option<(Mongod, String)> {
    let mongod = Mongod::start(&["--auth"])?;
    let name = fresh_name();
    let first = Bare::at(&mongod.uri("admin"), "admin");
    first
        .run(doc! { "createUser": "owner", "pwd": "owner-pw", "roles": [{ "role": "root", "db": "admin" }] })
        .unwrap();
    let server = connect(&mongod, &name, "owner");
    let report = up(&server).unwrap();
    assert!(
        report.skipped.iter().all(|s| !s.step.starts_with("role")),
        "{:?}",
        report.skipped
    );
    let owner = Bare::at(&uri(&mongod, "owner"), "admin");
    for role in ["admin", "finance", "instructor", "student"] {
        let roles = vec![doc! { "role": format!("matricula_{role}"), "db": &name }];
        owner
            .run(doc! { "createUser": role, "pwd": format!("{role}-pw"), "roles": roles })
            .unwrap();
    }
    Some((mongod, name))
}

fn uri(mongod: &Mongod, login: &str) -> String {
    mongod
        .uri("")
        .replacen("mongodb://", &format!("mongodb://{login}:{login}-pw@"), 1)
        + "&authSource=admin"
}

/// A connection with that login.
pub(crate) fn connect(mongod: &Mongod, name: &str, login: &str) -> Server {
    Server::connect(&ServerOptions {
        database: Some(name.to_owned()),
        ..ServerOptions::stored(uri(mongod, login))
    })
    .unwrap()
}

fn update(bare: &Bare, collection: &str) -> mongodb::error::Result<()> {
    let rows = bare.db.collection::<Document>(collection);
    let change = doc! { "$set": { "note": "changed" } };
    bare.wait(async { rows.update_one(doc! {}, change).await })
        .map(|_| ())
}

fn delete(bare: &Bare, collection: &str) -> mongodb::error::Result<()> {
    let rows = bare.db.collection::<Document>(collection);
    bare.wait(async { rows.delete_one(doc! { "_id": "nobody" }).await })
        .map(|_| ())
}

const FORBIDDEN: i32 = 13;

#[test]
fn each_role_may_what_its_desktop_needs_and_no_more() {
    let Some((mongod, name)) = prepared() else {
        return;
    };
    let login = |role: &str| Bare::at(&uri(&mongod, role), &name);
    let op = |n: u8| doc! { "_id": format!("op-{n}"), "device": "DESK1", "at": bson::DateTime::from_millis(1) };

    // Whoever they are, nobody deletes what is booked or written down. Only the administrator's login may
    // change it, which takes the words out when a person is erased.
    for (n, role) in (0_u8..).zip(["admin", "finance", "instructor", "student"]) {
        let bare = login(role);
        for trail in ["payment_ledger", "audit_events"] {
            if role == "admin" {
                update(&bare, trail).unwrap();
            } else {
                assert_eq!(
                    code(update(&bare, trail)),
                    FORBIDDEN,
                    "{role} updates {trail}"
                );
            }
            assert_eq!(
                code(delete(&bare, trail)),
                FORBIDDEN,
                "{role} deletes from {trail}"
            );
            assert_eq!(
                code(bare.run(doc! { "drop": trail })),
                FORBIDDEN,
                "{role} drops {trail}"
            );
        }
        assert_eq!(
            code(delete(&bare, "payments")),
            FORBIDDEN,
            "{role} deletes payments"
        );
        assert_eq!(
            code(update(&bare, "sync_ops")),
            FORBIDDEN,
            "{role} changes operation numbers"
        );
        assert_eq!(
            code(update(&bare, "migrations")),
            FORBIDDEN,
            "{role} changes migrations"
        );
        assert_eq!(
            code(bare.run(doc! { "createUser": "mallory", "pwd": "x", "roles": [] })),
            FORBIDDEN,
            "{role} makes logins"
        );
        // What every desktop's change sets need.
        bare.insert("sync_ops", op(n)).unwrap();
        bare.find("settings", doc! {}).unwrap();
        bare.find("migrations", doc! {}).unwrap();
        update(&bare, "users").unwrap();
        delete(&bare, "sessions").unwrap();
        delete(&bare, "sync_locks").unwrap();
        let row = doc! {
            "_id": format!("audit-{n}"), "at": bson::DateTime::from_millis(1),
            "actor": { "name": role, "role": role, "device": "DESK1" },
            "deed": { "verb": "tried", "subjects": [] },
        };
        bare.insert("audit_events", row).unwrap();
    }

    let instructor = login("instructor");
    assert_eq!(code(instructor.find("payments", doc! {})), FORBIDDEN);
    assert_eq!(code(instructor.find("payment_ledger", doc! {})), FORBIDDEN);
    assert_eq!(code(instructor.find("auth_tokens", doc! {})), FORBIDDEN);
    assert_eq!(code(instructor.insert("enrollments", doc! {})), FORBIDDEN);
    assert_eq!(code(delete(&instructor, "courses")), FORBIDDEN);
    let course = doc! { "_id": ObjectId::new(), "title": "Chess", "instructor": ObjectId::new() };
    instructor.insert("courses", course.clone()).unwrap();
    update(&instructor, "enrollments").unwrap();

    let finance = login("finance");
    assert_eq!(code(update(&finance, "courses")), FORBIDDEN);
    assert_eq!(code(finance.insert("courses", course)), FORBIDDEN);
    assert_eq!(code(finance.insert("users", doc! {})), FORBIDDEN);
    assert_eq!(code(update(&finance, "settings")), FORBIDDEN);
    assert_eq!(finance.find("courses", doc! {}).unwrap().len(), 1);
    update(&finance, "payments").unwrap();
    finance.find("payment_ledger", doc! {}).unwrap();

    let student = login("student");
    assert_eq!(code(update(&student, "courses")), FORBIDDEN);
    assert_eq!(code(student.insert("payment_ledger", doc! {})), FORBIDDEN);
    assert_eq!(code(delete(&student, "enrollments")), FORBIDDEN);
    assert_eq!(code(student.insert("users", doc! {})), FORBIDDEN);
    update(&student, "enrollments").unwrap();

    let admin = login("admin");
    delete(&admin, "users").unwrap();
    delete(&admin, "imports").unwrap();
    admin.find("auth_tokens", doc! {}).unwrap();
    admin.run(doc! { "profile": -1 }).unwrap();
    admin.run(doc! { "collStats": "users" }).unwrap();
}

#[test]
fn a_desktops_login_reads_how_migrations_stand_and_may_not_run_them() {
    let Some((mongod, name)) = prepared() else {
        return;
    };
    let as_login = |login: &str| connect(&mongod, &name, login);
    for role in ["admin", "finance", "instructor", "student"] {
        let server = as_login(role);
        assert_eq!(server.migrations_pending().unwrap(), 0, "{role}");
        let refused = up(&server).unwrap_err();
        assert!(
            refused.to_string().contains("does not allow"),
            "{role}: {refused}"
        );
        let health = server.health();
        assert!(health.healthy, "{role}: {:?}", health.error);
        assert_eq!(health.login.as_deref(), Some(role));
        assert_eq!(health.roles, [format!("matricula_{role}@{name}")]);
        assert!(
            !health.warnings.iter().any(|w| w.code == "wide-login"),
            "{role}"
        );
    }
    let owner = as_login("owner").health();
    assert!(owner.warnings.iter().any(|w| w.code == "wide-login"));
    assert!(owner.oplog_hours.is_some());
}

#[test]
fn a_login_that_may_not_make_roles_skips_them_and_an_owner_makes_them_later() {
    let Some(mongod) = Mongod::start(&["--auth"]) else {
        return;
    };
    let name = fresh_name();
    let first = Bare::at(&mongod.uri("admin"), "admin");
    first
        .run(doc! { "createUser": "owner", "pwd": "owner-pw", "roles": [{ "role": "root", "db": "admin" }] })
        .unwrap();
    let owner = Bare::at(&uri(&mongod, "owner"), "admin");
    let roles = vec![
        doc! { "role": "readWrite", "db": &name },
        doc! { "role": "dbAdmin", "db": &name },
    ];
    owner
        .run(doc! { "createUser": "maker", "pwd": "maker-pw", "roles": roles })
        .unwrap();
    let as_login = |login: &str| connect(&mongod, &name, login);
    let skipped = |report: &remote::migrations::Report| {
        report
            .skipped
            .iter()
            .filter(|s| s.step.starts_with("role"))
            .count()
    };
    let report = up(&as_login("maker")).unwrap();
    // The four of migration 3, and the administrator's again, which migration 4 changes.
    assert_eq!(skipped(&report), 5, "{:?}", report.skipped);
    assert!(report.skipped.iter().all(|s| s.code.is_some()));
    let report = up(&as_login("owner")).unwrap();
    assert_eq!(skipped(&report), 0);
    assert_eq!(
        report
            .commands
            .iter()
            .filter(|c| c.contains("createRole"))
            .count(),
        4
    );
}

#[test]
fn a_login_made_for_a_desktop_may_what_its_role_may_until_it_is_taken_away() {
    let Some((mongod, name)) = prepared() else {
        return;
    };
    let owner = connect(&mongod, &name, "owner");
    let stored = ServerOptions {
        database: Some(name.clone()),
        ..ServerOptions::stored(uri(&mongod, "owner"))
    };
    let course = |title: &str| doc! { "_id": ObjectId::new(), "title": title, "instructor": ObjectId::new() };
    let payment = doc! {
        "_id": ObjectId::new(), "user": ObjectId::new(), "course": ObjectId::new(),
        "amount": 10.0, "currency": "GBP", "method": "cash",
    };
    for kind in ["instructor", "finance"] {
        let login = format!("matricula-{kind}-k7f2");
        let role = format!("matricula_{kind}");
        let grant = remote::Grant {
            role: &role,
            database: &name,
        };
        owner.create_login(&login, "p/w:@%", &[grant]).unwrap();
        let given = stored.with_login(&login, "p/w:@%").unwrap();
        let text = given.connection_string().unwrap();
        assert!(
            !text.contains("owner"),
            "nothing of the first login is in it"
        );
        let bare = Bare::at(&text, &name);
        match kind {
            "instructor" => {
                assert_eq!(code(bare.find("payments", doc! {})), FORBIDDEN);
                assert_eq!(code(bare.find("payment_ledger", doc! {})), FORBIDDEN);
                bare.insert("courses", course("Chess")).unwrap();
            }
            _ => {
                assert_eq!(code(bare.insert("courses", course("Go"))), FORBIDDEN);
                assert_eq!(code(update(&bare, "courses")), FORBIDDEN);
                bare.find("payments", doc! {}).unwrap();
                bare.insert("payments", payment.clone()).unwrap();
            }
        }
        for trail in ["payment_ledger", "audit_events"] {
            assert_eq!(
                code(delete(&bare, trail)),
                FORBIDDEN,
                "{kind} deletes from {trail}"
            );
        }
        let refused = bare.run(doc! { "createUser": "mallory", "pwd": "x", "roles": [] });
        assert_eq!(code(refused), FORBIDDEN);
        let refused = bare.run(doc! { "grantRolesToUser": login.as_str(), "roles": ["root"] });
        assert_eq!(code(refused), FORBIDDEN);

        owner.drop_login(&login).unwrap();
        owner.drop_login(&login).unwrap();
        let gone = Server::connect(&given).unwrap().ping().unwrap_err();
        assert!(
            matches!(gone, remote::port::RemoteError::Unauthorized(_)),
            "{gone}"
        );
    }
}
