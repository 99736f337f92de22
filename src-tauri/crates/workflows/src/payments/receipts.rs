//! Receipts: what the ledger says of one movement of money, to read, print or save.

use std::path::Path;

use domain::{
    Actor, Collection, Refusal, Timestamp,
    audit::Deed,
    ledger::{EntryKind, LedgerEntry},
    payment::Payment,
};
use jiff::tz::TimeZone;
use replica::Reader;

use super::{
    dto::{ReceiptArgs, ReceiptDto},
    paper, parse, seen_by,
};
use crate::{
    desk::Desk,
    dto::{SavedFile, moment},
    error::WorkflowError,
    operations::reads,
    print::save_new,
    reporting::days,
};

/// A receipt, with what only print needs beside it.
pub(super) struct Receipt {
    pub(super) dto: ReceiptDto,
    pub(super) zone: TimeZone,
    pub(super) occurred_at: Timestamp,
    pub(super) recorded_at: Timestamp,
    pub(super) device: String,
}

/// The receipt with that number of that payment.
pub fn receipt(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ReceiptArgs,
) -> Result<ReceiptDto, WorkflowError> {
    find(desk, actor, &args).map(|receipt| receipt.dto)
}

/// Writes the receipt as PDF into the folder, under a new name.
pub fn receipt_save(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ReceiptArgs,
    folder: &Path,
) -> Result<SavedFile, WorkflowError> {
    let receipt = find(desk, actor, &args)?;
    let pdf = paper::draw(&receipt).finish()?;
    save_new(
        folder,
        &format!("Receipt {}", receipt.dto.number),
        "pdf",
        &pdf,
        None,
    )
}

/// Whoever reads somebody else's receipt leaves a line in the audit trail.
fn find(desk: &Desk<'_>, actor: &Actor, args: &ReceiptArgs) -> Result<Receipt, WorkflowError> {
    let id = parse(&args.payment)?;
    let (payer, receipt) = desk.read(|reader| {
        let payment = seen_by(reader, actor, id)?;
        let number = args.receipt_number.trim();
        let row = reader
            .ledger_of_payment(id)?
            .into_iter()
            .find(|row| row.receipt_number() == number)
            .ok_or_else(|| Refusal::not_found("The receipt"))?;
        Ok::<_, WorkflowError>((payment.user, compose(reader, &payment, row)?))
    })?;
    if !actor.is(payer) {
        let deed = Deed::new("receipt.viewed", Collection::Payments, id)
            .about(Collection::Users, payer)
            .with("receipt", receipt.dto.number.as_str());
        reads::note(desk, actor, deed)?;
    }
    Ok(receipt)
}

fn compose(
    reader: &Reader<'_>,
    payment: &Payment,
    row: LedgerEntry,
) -> Result<Receipt, WorkflowError> {
    let settings = reader.settings()?;
    let student = reader.user(payment.user)?;
    // As they were when they paid; a later change of name does not change a receipt.
    let payer = payment
        .customer
        .name
        .clone()
        .or_else(|| student.as_ref().map(|s| s.name.clone()));
    let email = payment
        .customer
        .email
        .clone()
        .or_else(|| student.map(|s| s.email));
    let course = match &payment.description {
        Some(description) => description.clone(),
        None => reader
            .course(payment.course)?
            .map_or_else(String::new, |course| course.title),
    };
    let recorded_by = match row.recorded_by {
        Some(user) => reader.user(user)?.map(|user| user.name),
        None => None,
    };
    Ok(Receipt {
        zone: days::clock(reader)?.1,
        occurred_at: row.occurred_at,
        recorded_at: row.recorded_at,
        device: row.device.to_string(),
        dto: ReceiptDto {
            number: row.receipt_number(),
            kind: row.kind,
            institution: settings
                .as_ref()
                .map_or_else(String::new, |s| s.institution.clone()),
            payer: payer.unwrap_or_default(),
            payer_email: email.unwrap_or_default(),
            course,
            amount: row.amount().into(),
            method: row.method,
            provider_ref: row.provider_ref.clone(),
            occurred_at: moment(row.occurred_at),
            recorded_at: moment(row.recorded_at),
            recorded_by,
            note: row.note.clone(),
            refunds: payment
                .receipt_number
                .clone()
                .filter(|_| row.kind != EntryKind::Charge),
            hash: row.hash,
            sample: settings.is_some_and(|s| s.sample),
        },
    })
}
