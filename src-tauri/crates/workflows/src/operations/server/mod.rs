//! The institution's server, as people see it: connecting, the state of synchronisation, the queue,
//! health, migrations, indexes and maintenance.

pub mod dto;
