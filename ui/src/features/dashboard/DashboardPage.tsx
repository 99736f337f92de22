import { useTranslation } from "react-i18next";
import { Page } from "@/design/Page";
import { PageHeader } from "@/design/PageHeader";

export function DashboardPage() {
  const { t } = useTranslation("dashboard");
  return (
    <Page>
      <PageHeader title={t("title")} />
    </Page>
  );
}
