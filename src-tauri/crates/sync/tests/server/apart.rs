//! Two desktops edit apart and meet.

use domain::Scope;

use crate::{
    acts, deciding,
    desktop::Desktop,
    ground::{all_equal, fetch, ground, meet},
    institution::{INSTRUCTORS, id},
};

/// Until nobody has anything to decide about.
pub(crate) fn decide(desktop: &Desktop) {
    for _ in 0..20 {
        let any = deciding::decide(desktop, &mut |_| {});
        meet(&[desktop]);
        if !any {
            return;
        }
    }
}

#[test]
fn two_desktops_edit_apart_meet_and_are_equal() {
    let Some(database) = testkit::server() else {
        return;
    };
    let ground = ground(database);
    let (a, b) = (ground.desktop(0), ground.desktop(1));
    for desktop in [&a, &b] {
        fetch(desktop);
    }
    for round in 0..4 {
        // Online-only deeds reach the server at once; the others wait until the desktops meet.
        let mut done = 0;
        for _ in 0..40 {
            for desktop in [&a, &b] {
                let (_, was_done) = acts::act(desktop, desktop.draw.upto(acts::KINDS));
                done += usize::from(was_done);
            }
        }
        assert!(done > 10, "round {round}: hardly anything was done: {done}");
        meet(&[&a, &b]);
        for desktop in [&a, &b] {
            decide(desktop);
        }
        meet(&[&a, &b]);
        all_equal(&[&a, &b], &ground.server());
    }
}

#[test]
fn a_narrower_scope_purges_and_a_wider_one_fetches_again() {
    let Some(database) = testkit::server() else {
        return;
    };
    let ground = ground(database);
    let (a, b) = (ground.desktop(0), ground.desktop(1));
    fetch(&a);
    for _ in 0..60 {
        acts::act(&a, a.draw.upto(acts::KINDS));
    }
    meet(&[&a]);
    decide(&a);
    fetch(&b);
    b.engine()
        .set_scope(Scope::Instructor(domain::UserId(id(INSTRUCTORS[0]))))
        .unwrap();
    b.engine().sweep().unwrap();
    let held = |source| {
        b.replica()
            .read(|reader| reader.held_count(source))
            .unwrap()
    };
    assert_eq!(held(domain::Source::Ledger), 0);
    assert_eq!(
        held(domain::Source::Documents(domain::Collection::Payments)),
        0
    );
    b.engine().set_scope(Scope::Office).unwrap();
    b.engine().sweep().unwrap();
    meet(&[&a, &b]);
    all_equal(&[&a, &b], &ground.server());
}
