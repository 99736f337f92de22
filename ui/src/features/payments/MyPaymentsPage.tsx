import { useTranslation } from "react-i18next";
import { Page } from "@/design/Page";
import { PageHeader } from "@/design/PageHeader";

export function MyPaymentsPage() {
  const { t } = useTranslation("payments");
  return (
    <Page>
      <PageHeader title={t("mine.title")} />
    </Page>
  );
}
