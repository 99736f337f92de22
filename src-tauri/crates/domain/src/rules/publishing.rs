//! What may be written about a course, and its way into the catalog.
