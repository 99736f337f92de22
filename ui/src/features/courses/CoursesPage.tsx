import { useTranslation } from "react-i18next";
import { Page } from "@/design/Page";
import { PageHeader } from "@/design/PageHeader";

export function CoursesPage() {
  const { t } = useTranslation("courses");
  return (
    <Page>
      <PageHeader title={t("title")} />
    </Page>
  );
}
