import { useTranslation } from "react-i18next";
import { Page } from "@/design/Page";
import { PageHeader } from "@/design/PageHeader";

export function SystemPage() {
  const { t } = useTranslation("system");
  return (
    <Page>
      <PageHeader title={t("title")} />
    </Page>
  );
}
