//! The proxy does what it is told, and nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use testkit::{Proxy, proxy::Fault};

/// Answers every line with itself.
fn echo() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || {
                let mut bytes = [0; 64];
                while let Ok(read @ 1..) = stream.read(&mut bytes) {
                    stream.write_all(&bytes[..read]).unwrap();
                }
            });
        }
    });
    port
}

fn through(proxy: &Proxy) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", proxy.port())).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    stream
}

/// What comes back; nothing when the connection is gone.
fn ask(stream: &mut TcpStream, words: &str) -> Option<String> {
    stream.write_all(words.as_bytes()).ok()?;
    let mut bytes = vec![0; words.len()];
    stream.read_exact(&mut bytes).ok()?;
    String::from_utf8(bytes).ok()
}

#[test]
fn it_passes_everything_until_it_is_told_otherwise() {
    let proxy = Proxy::to(echo());
    let mut stream = through(&proxy);
    assert_eq!(ask(&mut stream, "hello").as_deref(), Some("hello"));
    assert_eq!(proxy.open(), 1);
    proxy.cut();
    assert_eq!(ask(&mut stream, "hello"), None, "cut");
    assert_eq!(ask(&mut through(&proxy), "again").as_deref(), Some("again"));
}

#[test]
fn refusing_lasts_until_it_is_healed() {
    let proxy = Proxy::to(echo());
    proxy.refuse();
    assert_eq!(ask(&mut through(&proxy), "hello"), None);
    proxy.heal();
    assert_eq!(ask(&mut through(&proxy), "hello").as_deref(), Some("hello"));
}

#[test]
fn a_delay_is_kept() {
    let proxy = Proxy::to(echo());
    let mut stream = through(&proxy);
    proxy.delay(Duration::from_millis(60));
    let begun = Instant::now();
    assert!(ask(&mut stream, "hello").is_some());
    assert!(begun.elapsed() >= Duration::from_millis(120), "both ways");
}

#[test]
fn parted_sides_hear_nothing_and_healed_ones_all_of_it() {
    let proxy = Proxy::to(echo());
    let mut stream = through(&proxy);
    proxy.part();
    stream.write_all(b"hello").unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let mut bytes = [0; 5];
    assert!(stream.read_exact(&mut bytes).is_err(), "parted");
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    proxy.heal();
    stream.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"hello");
}

#[test]
fn a_half_open_connection_is_gone_for_the_client_only() {
    let proxy = Proxy::to(echo());
    let mut stream = through(&proxy);
    assert!(ask(&mut stream, "hello").is_some());
    proxy.half_open();
    assert_eq!(ask(&mut stream, "hello"), None);
    assert_eq!(proxy.open(), 1, "the server's side is still there");
}

#[test]
fn it_strikes_the_words_it_was_told_of_and_as_often() {
    let proxy = Proxy::to(echo());
    for (n, fault) in [Fault::LoseAnswer, Fault::LoseRequest]
        .into_iter()
        .enumerate()
    {
        proxy.strike("commit", fault, 1);
        let mut stream = through(&proxy);
        assert!(ask(&mut stream, "insert").is_some());
        assert_eq!(ask(&mut stream, "commit"), None);
        assert_eq!(proxy.struck(), u64::try_from(n).unwrap() + 1);
        assert!(ask(&mut through(&proxy), "commit").is_some(), "only once");
    }
}
