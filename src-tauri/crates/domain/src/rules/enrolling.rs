//! Enrolling, cancelling and re-opening.
