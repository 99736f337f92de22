import { useTranslation } from "react-i18next";
import { Page } from "@/design/Page";
import { PageHeader } from "@/design/PageHeader";

export function EnrollmentsPage() {
  const { t } = useTranslation("enrollments");
  return (
    <Page>
      <PageHeader title={t("title")} />
    </Page>
  );
}
