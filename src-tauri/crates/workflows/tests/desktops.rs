//! The institution's desktops: moving a workspace, inviting, joining, shutting out, working without the
//! server.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod desktops {
    mod ground;
    mod joining;
    mod lease;
    mod moving;
}
