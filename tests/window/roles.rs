//! Each role sees its own rail and nothing else.

use workflows::accounts::SAMPLE_PASSWORD;

use crate::sample::signed_out_story;

const EVERYTHING: [&str; 10] = [
    "Dashboard",
    "People",
    "Courses",
    "Enrollments",
    "Payments",
    "Reports",
    "System",
    "My courses",
    "Catalog",
    "My payments",
];

#[test]
fn every_role_has_its_own_rail() {
    signed_out_story("every_role_has_its_own_rail", async |desk| {
        let rails: [(&str, &[&str], &str); 4] = [
            (
                "Administrator",
                &[
                    "Dashboard",
                    "People",
                    "Courses",
                    "Enrollments",
                    "Payments",
                    "Reports",
                    "System",
                ],
                "Dashboard",
            ),
            (
                "Finance",
                &["Dashboard", "Payments", "Enrollments", "Reports"],
                "Dashboard",
            ),
            (
                "Instructor",
                &["Dashboard", "Courses", "Enrollments", "Reports"],
                "Dashboard",
            ),
            (
                "Student",
                &["My courses", "Catalog", "My payments"],
                "My courses",
            ),
        ];
        for (role, rail, home) in rails {
            desk.find("heading", "Sign in").await;
            desk.click("button", crate::find::containing(role)).await;
            desk.eventually("the password of the sample account", async || {
                let filled = desk
                    .script(
                        "return document.querySelector('input[type=password]')?.value ?? '';",
                        Vec::new(),
                    )
                    .await;
                (filled == SAMPLE_PASSWORD).then_some(())
            })
            .await;
            desk.click("button", "Sign in").await;
            desk.find("heading", home).await;
            for entry in EVERYTHING {
                assert_eq!(
                    desk.shows("link", entry).await,
                    rail.contains(&entry),
                    "{role} and the rail's entry {entry}"
                );
            }
            if role == "Student" {
                desk.go("/people").await;
                desk.find("heading", "Not for your role").await;
            }
            desk.click("button", crate::find::starting("Account of"))
                .await;
            desk.click("menuitem", "Sign out").await;
        }
    });
}
