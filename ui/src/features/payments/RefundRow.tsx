/** One refund of a payment: where it stands, who asked and decided, and what the one who looks may do about it. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useWithdrawRefund } from "@/backend/queries/payments";
import type { PaymentDetail } from "@/bindings/PaymentDetail";
import type { RefundDto } from "@/bindings/RefundDto";
import { Money, ToneDot, toast, useConfirm, useMoney, When } from "@/design";
import classes from "./payments.module.css";

const TONES = { pending: "amber", succeeded: "violet", failed: "red", withdrawn: "grey" } as const;

interface RefundRowProps {
  payment: PaymentDetail;
  refund: RefundDto;
  onDecide: (approve: boolean) => void;
}

export function RefundRow({ payment, refund, onDecide }: RefundRowProps) {
  const { t } = useTranslation("payments");
  const money = useMoney();
  const confirm = useConfirm();
  const { mutate, isPending } = useWithdrawRefund();
  const stands = refund.withdrawnAt ? "withdrawn" : refund.status;
  const withdraw = async () => {
    const question = {
      title: t("withdraw.title", { amount: money(refund.amount.minor, refund.amount.currency) }),
      body: t("withdraw.body"),
      verb: t("verb.withdraw"),
    };
    if (!(await confirm(question))) return;
    mutate(
      { id: payment.id, rev: payment.rev, refund: refund.id },
      { onSuccess: () => toast.done((t) => t("payments:withdraw.done")), onError: toast.problem },
    );
  };
  return (
    <div className={classes.refund}>
      <span>
        <ToneDot tone={TONES[stands]} hollow={stands === "pending"}>
          {t(`refundStatus.${stands}`)}
        </ToneDot>{" "}
        <span className={classes.small}>
          {refund.requestedBy && t("refund.by", { name: refund.requestedBy.name })}{" "}
          <When at={refund.requestedAt ?? refund.refundedAt} />
          {refund.withdrawnAt && (
            <>
              {" · "}
              {t("withdraw.at")} <When at={refund.withdrawnAt} />
            </>
          )}
          {refund.decidedBy && ` · ${t("refund.decidedBy", { name: refund.decidedBy.name })}`}
          {refund.receiptNumber && ` · ${refund.receiptNumber}`}
        </span>
      </span>
      <Money minor={refund.amount.minor} currency={refund.amount.currency} />
      {refund.reason && <p>“{refund.reason}”</p>}
      {refund.mayDecide && (
        <div className={classes.verbs}>
          <Button size="xs" onClick={() => onDecide(true)}>
            {t("verb.approve")}
          </Button>
          <Button size="xs" variant="default" onClick={() => onDecide(false)}>
            {t("verb.deny")}
          </Button>
        </div>
      )}
      {stands === "pending" && !refund.mayDecide && <p className={classes.small}>{t("refund.waits")}</p>}
      {refund.mayWithdraw && (
        <div className={classes.verbs}>
          <Button size="xs" variant="default" loading={isPending} onClick={() => void withdraw()}>
            {t("verb.withdraw")}
          </Button>
        </div>
      )}
    </div>
  );
}
