//! The institution's desktops: moving a workspace, inviting, joining, shutting out, working without the
//! server.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod desktops {
    mod adopting;
    #[allow(dead_code)]
    #[path = "../../../remote/tests/common/bare.rs"]
    mod bare;
    mod erased;
    mod ground;
    #[path = "../common/inside.rs"]
    mod inside;
    mod joining;
    mod lease;
    mod moving;
    #[path = "../common/traces.rs"]
    mod traces;
}
