/** The columns of a list of payments, for finance and for the student's own. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { PaymentRowDto } from "@/bindings/PaymentRowDto";
import { type Column, Money, StatusDot, usePersonName, When } from "@/design";
import classes from "./payments.module.css";

export function usePaymentColumns({ own = false } = {}): Column<PaymentRowDto>[] {
  const { t } = useTranslation("payments");
  const called = usePersonName();
  return useMemo(() => {
    const student: Column<PaymentRowDto> = {
      id: "student",
      header: t("list.student"),
      cell: (p) => called(p.student.name),
      width: 166,
      grow: true,
      fixed: true,
      sortBy: "student",
    };
    return [
      ...(own ? [] : [student]),
      {
        id: "course",
        header: t("list.course"),
        cell: (p) => p.course.title,
        width: 196,
        grow: true,
        fixed: own,
        sortBy: "course",
      },
      {
        id: "status",
        header: t("list.status"),
        cell: (p) => (
          <>
            <StatusDot kind="payment" status={p.status} />
            {p.refundRequested.minor > 0 && <span className={classes.asked}>{t("list.refundAsked")}</span>}
          </>
        ),
        width: 194,
        sortBy: "status",
      },
      {
        id: "method",
        header: t("list.method"),
        cell: (p) => t(`method.${p.method}`),
        width: 108,
        sortBy: "method",
      },
      {
        id: "receipt",
        header: t("list.receipt"),
        cell: (p) => <span className={classes.number}>{p.receiptNumber ?? "–"}</span>,
        width: 130,
      },
      {
        id: "amount",
        header: t("list.amount"),
        cell: (p) => <Money minor={p.amount.minor} currency={p.amount.currency} />,
        width: 120,
        align: "end",
        sortBy: "amount",
      },
      {
        id: "refunded",
        header: t("list.refunded"),
        cell: (p) =>
          p.refunded.minor > 0 ? (
            <Money minor={-p.refunded.minor} currency={p.refunded.currency} />
          ) : (
            <span className={classes.dim}>–</span>
          ),
        width: 110,
        align: "end",
        hidden: true,
      },
      {
        id: "created",
        header: t("list.created"),
        // the day the list is sorted and filtered by
        cell: (p) => <When at={p.createdAt} />,
        width: 130,
        align: "end",
        sortBy: "created",
      },
    ];
  }, [t, own, called]);
}
