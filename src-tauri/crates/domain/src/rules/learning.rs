//! Progress, results, completion, certificates, notes and reviews.
