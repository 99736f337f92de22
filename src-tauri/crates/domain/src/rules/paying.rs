//! Payments: made, booked, failed, cancelled, tried again.
