/** The ledger of one payment: every row with its receipt, its signed amount, the balance after it, its seal. */
import { IconShieldCheck, IconShieldX } from "@tabler/icons-react";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import type { PaymentDetail } from "@/bindings/PaymentDetail";
import { Money, TextLink, When } from "@/design";
import classes from "./payments.module.css";

export function Ledger({ payment }: { payment: PaymentDetail }) {
  const { t } = useTranslation("payments");
  if (payment.ledger.length === 0) return <p className={classes.hint}>{t("ledger.empty")}</p>;
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t("ledger.receipt")}</th>
          <th scope="col">{t("ledger.kind")}</th>
          <th scope="col">{t("ledger.when")}</th>
          <th scope="col">{t("ledger.by")}</th>
          <th scope="col" className={classes.end}>
            {t("ledger.amount")}
          </th>
          <th scope="col" className={classes.end}>
            {t("ledger.balance")}
          </th>
          <th scope="col" className={classes.end}>
            {t("ledger.seal")}
          </th>
        </tr>
      </thead>
      <tbody>
        {payment.ledger.map((row) => (
          <Fragment key={row.op}>
            <tr className={row.note || row.providerRef ? classes.goesOn : undefined}>
              <td className={classes.whole}>
                <TextLink
                  to="/payments/$paymentId/receipts/$number"
                  params={{ paymentId: payment.id, number: row.receiptNumber }}
                  state
                >
                  {row.receiptNumber}
                </TextLink>
              </td>
              <td>{t(`kind.${row.kind}`)}</td>
              <td className={classes.whole}>
                <When at={row.occurredAt} format="date" />
              </td>
              <td>
                {row.recordedBy?.name ?? t("ledger.import")}
                <div className={classes.small}>{row.device}</div>
              </td>
              <td className={classes.end}>
                <Money minor={row.amount.minor} currency={row.amount.currency} />
              </td>
              <td className={classes.end}>
                <Money minor={row.balance.minor} currency={row.balance.currency} />
              </td>
              <td className={`${classes.end} ${classes.whole}`}>
                {row.intact ? (
                  <span className={classes.seal}>
                    <IconShieldCheck size={13} aria-label={t("ledger.intact")} /> {row.seal.slice(0, 8)}
                  </span>
                ) : (
                  <span className={classes.broken}>
                    <IconShieldX size={13} aria-hidden="true" /> {t("ledger.broken")}
                  </span>
                )}
              </td>
            </tr>
            {(row.note || row.providerRef) && (
              <tr>
                <td />
                <td colSpan={6}>
                  {row.note && <div className={classes.small}>{row.note}</div>}
                  {row.providerRef && <div className={classes.seal}>{row.providerRef}</div>}
                </td>
              </tr>
            )}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}
