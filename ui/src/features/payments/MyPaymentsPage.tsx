/** A student's own payments and receipts. */
import { useTranslation } from "react-i18next";
import { EmptyState, LinkButton, PageHeader } from "@/design";
import { SaveList } from "@/features/lists/SaveList";
import { PaymentList } from "./PaymentList";

export function MyPaymentsPage() {
  const { t } = useTranslation("payments");
  return (
    <PaymentList
      to="/my-payments"
      label={t("mine.title")}
      searchLabel={t("mine.search")}
      header={(_, filter) => (
        <PageHeader
          title={t("mine.title")}
          subtitle={t("mine.lead")}
          actions={<SaveList what={{ list: "payments", filter }} />}
        />
      )}
      empty={
        <EmptyState
          title={t("mine.emptyTitle")}
          body={t("mine.emptyBody")}
          action={<LinkButton to="/catalog">{t("mine.catalog")}</LinkButton>}
        />
      }
    />
  );
}
