//! Payments: the queue, the page, recording, refunds, receipts. Each command unpacks, calls the workflow of its name and converts; the rules are below.

#[allow(clippy::wildcard_imports)]
use workflows::{dto::*, payments::dto::*};

use super::{commands, saving_commands};

commands! { payments:
    payments_list(ListPayments) -> PageOf<PaymentRowDto>;
    payments_queue(Nothing) -> PaymentQueue;
    payment(ById) -> PaymentDetail;
    payment_record_cash(RecordCash) -> PaymentDetail;
    payment_record_provider(RecordProvider) -> PaymentDetail;
    payment_fail(FailPayment) -> PaymentDetail;
    payment_cancel(ByIdRevReason) -> PaymentDetail;
    payment_retry(RetryPayment) -> PaymentDetail;
    refund_ask(AskRefund) -> PaymentDetail;
    refund_decide(DecideRefund) -> PaymentDetail;
    refund_withdraw(WithdrawRefund) -> PaymentDetail;
    receipt(ReceiptArgs) -> ReceiptDto;
}

saving_commands! { payments:
    receipt_save(ReceiptArgs) -> SavedFile;
}
