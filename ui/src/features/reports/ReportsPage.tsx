import { useTranslation } from "react-i18next";
import { Page } from "@/design/Page";
import { PageHeader } from "@/design/PageHeader";

export function ReportsPage() {
  const { t } = useTranslation("reports");
  return (
    <Page>
      <PageHeader title={t("title")} />
    </Page>
  );
}
