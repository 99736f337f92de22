//! Refunds: asked for, approved, denied, booked.
