//! Lines that break: both desktops run by themselves behind proxies that cut, delay, part and lose
//! answers; when all is healed, the queue is empty and everything equal within 30 s.

use std::{
    sync::{Arc, mpsc::channel},
    time::{Duration, Instant},
};

use domain::Collection;
use remote::{Server, ServerOptions, port::Port};
use sync::Status;
use testkit::{Mongod, Proxy, proxy::Fault};

use crate::{
    acts,
    apart::decide,
    desktop::Desktop,
    ground::{REST, all_equal, fetch, ground, meet},
};

/// A connection through a proxy that gives up on an answer early.
fn through(mongod: &Mongod, proxy: &Proxy, name: &str) -> Arc<dyn Port> {
    let mut options = ServerOptions::stored(mongod.uri_through(proxy.port(), name));
    options.database = Some(name.to_owned());
    options.timing.call = Duration::from_secs(3);
    options.timing.selection = Duration::from_secs(2);
    Arc::new(Server::connect(&options).unwrap())
}

/// 6, or as many as `MATRICULA_PARTITIONS` says.
fn rounds() -> usize {
    std::env::var("MATRICULA_PARTITIONS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(6)
}

fn at_rest(status: &Status) -> bool {
    status.state == sync::State::Online
}

#[test]
fn parted_and_healed_again_and_again_they_converge_within_thirty_seconds() {
    let Some(mongod) = Mongod::start(&[]) else {
        return;
    };
    let name = testkit::mongod::fresh_name();
    let database = testkit::TestDatabase::at(mongod.uri(&name), &name);
    let ground = ground(database);
    let proxies = [Proxy::to(mongod.port()), Proxy::to(mongod.port())];
    let desktops: Vec<Desktop> = proxies
        .iter()
        .enumerate()
        .map(|(n, proxy)| ground.desktop_on(n, through(&mongod, proxy, &name)))
        .collect();
    for desktop in &desktops {
        fetch(desktop);
    }
    let (tell, told) = channel();
    for desktop in &desktops {
        let tell = tell.clone();
        desktop.engine().listen(move |_| {
            let _sent = tell.send(());
        });
    }
    for round in 0..rounds() {
        let running: Vec<_> = desktops.iter().map(|d| d.engine().start()).collect();
        for (n, proxy) in proxies.iter().enumerate() {
            match (round + n) % 6 {
                0 => proxy.part(),
                1 => proxy.refuse(),
                2 => proxy.strike("commitTransaction", Fault::LoseAnswer, 3),
                3 => proxy.delay(Duration::from_millis(150)),
                4 => proxy.half_open(),
                _ => proxy.strike("insert", Fault::LoseRequest, 2),
            }
        }
        for _ in 0..12 {
            for desktop in &desktops {
                // What may not wait would only wait for the broken line here.
                let kind = desktop.draw.upto(acts::KINDS);
                if kind != 9 && kind != 13 {
                    acts::act(desktop, kind);
                }
            }
        }
        for proxy in &proxies {
            proxy.cut();
            proxy.heal();
        }
        let healed = Instant::now();
        loop {
            let rest = desktops.iter().all(|desktop| {
                let status = desktop.engine().status().unwrap();
                at_rest(&status)
            });
            if rest {
                break;
            }
            let left = REST.saturating_sub(healed.elapsed());
            assert!(
                !left.is_zero(),
                "round {round}: {:?}",
                desktops
                    .iter()
                    .map(|d| d.engine().status())
                    .collect::<Vec<_>>()
            );
            let _woken = told.recv_timeout(left.min(Duration::from_millis(500)));
        }
        drop(running);
        for desktop in &desktops {
            decide(desktop);
        }
        let both: Vec<&Desktop> = desktops.iter().collect();
        meet(&both);
        println!(
            "round {round}: at rest after {:.1} s",
            healed.elapsed().as_secs_f64()
        );
        all_equal(&both, &ground.server());
    }
    assert!(
        !crate::ground::on_the_server(
            &ground.server(),
            domain::Source::Documents(Collection::Enrollments)
        )
        .is_empty()
    );
}

#[test]
fn a_server_that_is_killed_and_started_again_loses_nothing_acknowledged() {
    let Some(mut mongod) = Mongod::start(&[]) else {
        return;
    };
    let name = testkit::mongod::fresh_name();
    let ground = ground(testkit::TestDatabase::at(mongod.uri(&name), &name));
    let (a, b) = (ground.desktop(0), ground.desktop(1));
    fetch(&a);
    fetch(&b);
    for _ in 0..30 {
        acts::act(&a, a.draw.upto(acts::KINDS));
    }
    for _ in 0..5 {
        a.push();
    }
    mongod.kill();
    for _ in 0..10 {
        acts::act(&b, b.draw.upto(9));
    }
    mongod.start_again();
    meet(&[&a, &b]);
    decide(&a);
    decide(&b);
    meet(&[&a, &b]);
    all_equal(&[&a, &b], &ground.server());
}

#[test]
fn a_server_that_is_gone_is_told_as_gone_until_it_is_back() {
    let Some(mut mongod) = Mongod::start(&[]) else {
        return;
    };
    let name = testkit::mongod::fresh_name();
    let ground = ground(testkit::TestDatabase::at(mongod.uri(&name), &name));
    let mut options = ground.database.options();
    options.timing.selection = Duration::from_secs(3);
    let desktop = ground.desktop_on(0, Arc::new(Server::connect(&options).unwrap()));
    fetch(&desktop);
    let (tell, told) = channel();
    desktop.engine().listen(move |_| {
        let _sent = tell.send(());
    });
    let running = desktop.engine().start();
    let wait_for = |state: sync::State| {
        let begun = Instant::now();
        loop {
            let status = desktop.engine().status().unwrap();
            if status.state == state {
                return status;
            }
            assert!(begun.elapsed() < REST, "never {state:?}: {status:?}");
            let _woken = told.recv_timeout(Duration::from_millis(100));
        }
    };
    wait_for(sync::State::Online);
    mongod.kill();
    let mut last = wait_for(sync::State::Offline);
    // Both pulling and pushing have something to try.
    acts::act(&desktop, 11);
    let contact = last.last_contact;
    let (begun, mut tries) = (Instant::now(), 0);
    while tries < 3 {
        let status = desktop.engine().status().unwrap();
        assert_eq!(status.state, sync::State::Offline, "{status:?}");
        assert_eq!(status.last_contact, contact, "it was not heard of");
        tries += u32::from(status.next_try != last.next_try);
        last = status;
        assert!(begun.elapsed() < REST, "it is not tried again: {last:?}");
        let _woken = told.recv_timeout(Duration::from_millis(20));
    }
    mongod.start_again();
    desktop.engine().try_now().unwrap();
    wait_for(sync::State::Online);
    drop(running);
}
