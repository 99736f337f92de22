import { useTranslation } from "react-i18next";
import { Page } from "@/design/Page";
import { PageHeader } from "@/design/PageHeader";

export function MyCoursesPage() {
  const { t } = useTranslation("learning");
  return (
    <Page>
      <PageHeader title={t("title")} />
    </Page>
  );
}
