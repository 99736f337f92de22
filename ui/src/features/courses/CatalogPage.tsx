import { useTranslation } from "react-i18next";
import { Page } from "@/design/Page";
import { PageHeader } from "@/design/PageHeader";

export function CatalogPage() {
  const { t } = useTranslation("courses");
  return (
    <Page>
      <PageHeader title={t("catalog.title")} />
    </Page>
  );
}
