//! The window itself: it opens, shows the interface that is built into the program, and can be left
//! neither by a link nor by a script.

use crate::desk::story;
use crate::find::containing;

#[test]
fn it_opens_on_a_heading() {
    story("it_opens_on_a_heading", async |desk| {
        desk.find("heading", containing("")).await;
        let page = desk
            .script(
                "return location.protocol + '//' + location.host;",
                Vec::new(),
            )
            .await;
        assert_eq!(
            page, "tauri://localhost",
            "the interface comes out of the program, not from a network"
        );
        let title = desk.driver.title().await.expect("a title");
        assert!(
            title.contains("Matricula"),
            "the window is called after the program, not {title:?}"
        );
    });
}

#[test]
fn it_cannot_be_left() {
    story("it_cannot_be_left", async |desk| {
        desk.opened().await;
        desk.script(
            "window.stillHere = true; const link = document.createElement('a');
             link.href = 'https://example.com/'; document.body.append(link); link.click();
             const other = document.createElement('a'); other.target = '_blank';
             other.href = 'https://example.com/'; document.body.append(other); other.click();
             const form = document.createElement('form'); form.action = 'https://example.com/';
             document.body.append(form); form.submit();
             const fresh = document.createElement('meta'); fresh.httpEquiv = 'refresh';
             fresh.content = '0;url=https://example.com/'; document.head.append(fresh);
             window.opened = [];
             for (const to of ['https://example.com/', 'about:blank', 'data:text/html,x', 'tauri://localhost/'])
                 window.opened.push(window.open(to, '_blank') === null);
             for (const to of ['https://example.com/', 'http://localhost/', 'data:text/html,<h1>x</h1>',
                 'file:///etc/passwd', 'tauri://localhost.example.com/'])
                 try { location.assign(to); } catch { /* refused at once */ }",
            Vec::new(),
        )
        .await;
        let opened = desk.script("return window.opened;", Vec::new()).await;
        assert_eq!(
            opened,
            serde_json::json!([true, true, true, true]),
            "no script is given another window"
        );
        desk.settled().await;
        let here = desk.script(
            "return window.stillHere === true && location.protocol === 'tauri:';",
            Vec::new(),
        );
        assert_eq!(here.await, true, "a link led out of the program");
        let windows = desk.driver.windows().await.expect("the windows");
        assert_eq!(windows.len(), 1, "a link opened a second window");
    });
}

#[test]
fn nothing_from_a_network_or_a_text_runs_in_it() {
    story(
        "nothing_from_a_network_or_a_text_runs_in_it",
        async |desk| {
            desk.opened().await;
            let refused = desk
                .script_later(
                    "const done = arguments[arguments.length - 1];
                 const refused = [];
                 document.addEventListener('securitypolicyviolation', (event) => {
                     refused.push(event.effectiveDirective);
                     if (refused.length >= 3) done(refused.sort());
                 });
                 const script = document.createElement('script');
                 script.textContent = 'window.ran = true';
                 document.body.append(script);
                 const image = new Image(); image.src = 'https://example.com/a.png';
                 fetch('https://example.com/').catch(() => undefined);",
                    Vec::new(),
                )
                .await;
            assert_eq!(
                refused,
                serde_json::json!(["connect-src", "img-src", "script-src-elem"]),
                "the policy refuses an inline script, a foreign picture and a foreign request"
            );
            assert_eq!(
                desk.script("return typeof window.ran;", Vec::new()).await,
                "undefined",
                "an inline script ran"
            );
            let unstyled = desk
            .script(
                "return Array.from(document.querySelectorAll('style')).filter((style) => style.sheet === null).length;",
                Vec::new(),
            )
            .await;
            assert_eq!(
                unstyled, 0,
                "the policy refused a style of the program's own"
            );
        },
    );
}
