//! Rows of the ledger and of the audit trail that come from the server. They are never changed there, so
//! a row that is here already stays, unless it is not the server's.

use bson::{Bson, Document};
use domain::{DeviceId, OpId, Role, Source, audit::AuditEvent, ledger::LedgerEntry};
use rusqlite::{Connection, ErrorCode, OptionalExtension};

use super::{forgetting, receive, series, writing::Work};
use crate::{
    audit, chain,
    documents::{decode, encode},
    error::StoreError,
    forget, ledger,
};

/// Runs what the triggers of the trails refuse otherwise.
pub(crate) fn correcting<T>(
    connection: &Connection,
    f: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    connection
        .prepare_cached("INSERT INTO corrections (open) VALUES (1) ON CONFLICT DO NOTHING")?
        .execute([])?;
    let outcome = f()?;
    connection
        .prepare_cached("DELETE FROM corrections")?
        .execute([])?;
    Ok(outcome)
}

/// A row of the ledger. The devices whose series waits here and has to be looked at are noted.
pub(super) fn ledger(
    connection: &Connection,
    document: &Document,
    devices: &mut Vec<DeviceId>,
    work: &mut Work,
) -> Result<(), StoreError> {
    let entry: LedgerEntry = match decode(ledger::LEDGER, "", document.clone()) {
        Ok(entry) => entry,
        Err(error) => {
            return receive::unreadable(
                connection,
                Source::Ledger,
                document,
                &error.to_string(),
                work,
            );
        }
    };
    let text = encode(document);
    let held: Option<(i64, String)> = connection
        .prepare_cached("SELECT n, doc FROM payment_ledger WHERE op = ?1")?
        .query_row([entry.op.0.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let place = match held {
        Some((_, held)) if held == text => return Ok(()),
        Some((n, _)) => {
            correcting(connection, || {
                connection
                    .prepare_cached("DELETE FROM payment_ledger WHERE n = ?1")?
                    .execute([n])?;
                Ok(())
            })?;
            Some(n)
        }
        None => None,
    };
    if series::waits(connection, &entry.device)? && !devices.contains(&entry.device) {
        devices.push(entry.device.clone());
    }
    match ledger::store(connection, place, &entry, &text) {
        Ok(()) => {}
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            // The number is another row's: one that waits takes a later number, any other is old.
            series::lift(connection, &entry.device)?;
            make_way(connection, &entry, work)?;
            ledger::store(connection, place, &entry, &text)?;
        }
        Err(error) => return Err(error.into()),
    }
    work.changed += 1;
    Ok(())
}

fn make_way(
    connection: &Connection,
    entry: &LedgerEntry,
    work: &mut Work,
) -> Result<(), StoreError> {
    let number = i64::try_from(entry.number).unwrap_or(i64::MAX);
    let other: Option<OpId> = connection
        .prepare_cached("SELECT op FROM payment_ledger WHERE device = ?1 AND number = ?2")?
        .query_row(rusqlite::params![entry.device.as_str(), number], |row| {
            super::outbox::op(row, 0)
        })
        .optional()?;
    if let Some(op) = other {
        drop_row(
            connection,
            Source::Ledger,
            &Bson::String(op.to_string()),
            work,
        )?;
        work.dirty(Source::Ledger, Bson::String(op.to_string()));
    }
    Ok(())
}

/// A row of the audit trail.
pub(super) fn audit(
    connection: &Connection,
    document: &Document,
    work: &mut Work,
) -> Result<(), StoreError> {
    let event: AuditEvent = match decode(audit::AUDIT, "", document.clone()) {
        Ok(event) => event,
        Err(error) => {
            return receive::unreadable(
                connection,
                Source::Audit,
                document,
                &error.to_string(),
                work,
            );
        }
    };
    chain::remember(connection, &event)?;
    let text = encode(document);
    let held: Option<String> = connection
        .prepare_cached("SELECT doc FROM audit_events WHERE op = ?1")?
        .query_row([event.op.0.as_bytes()], |row| row.get(0))
        .optional()?;
    match held {
        Some(held) if held == text => return Ok(()),
        Some(_) => {
            if let Some(before) = audit::row_of(connection, event.op)? {
                if before.event.chain.is_some() && event.chain.is_none() {
                    // The sealed row was faster.
                    return Ok(());
                }
                correcting(connection, || {
                    Ok(audit::rewrite(
                        connection,
                        before.n,
                        &before.event,
                        &event,
                        &text,
                    )?)
                })?;
            }
        }
        None => audit::store(connection, &event, &text)?,
    }
    work.changed += 1;
    // A row says so; the account shows it. Rows of before it may have come after it.
    if let Some(person) = event.deed.erases()
        && event.actor.role == Role::Admin
        && event.link().is_some_and(|link| link.intact)
        && forgetting::was_erased(connection, person)?
    {
        forget::forget(connection, person, work)?;
    }
    Ok(())
}

/// Drops the copy of a row, unless it waits to be sent.
pub(super) fn drop_row(
    connection: &Connection,
    source: Source,
    id: &Bson,
    work: &mut Work,
) -> Result<(), StoreError> {
    let Bson::String(text) = id else {
        return Ok(());
    };
    let Ok(op) = text.parse::<OpId>() else {
        return Ok(());
    };
    if super::outbox::place(connection, op)?.is_some() {
        return Ok(());
    }
    correcting(connection, || {
        if source == Source::Audit {
            if let Some(row) = audit::row_of(connection, op)? {
                audit::remove(connection, row.n, &row.event)?;
                work.changed += 1;
            }
        } else {
            let gone = connection
                .prepare_cached("DELETE FROM payment_ledger WHERE op = ?1")?
                .execute([op.0.as_bytes()])?;
            if gone > 0 {
                work.changed += 1;
            }
        }
        Ok(())
    })
}
