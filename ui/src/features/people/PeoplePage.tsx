import { useTranslation } from "react-i18next";
import { Page } from "@/design/Page";
import { PageHeader } from "@/design/PageHeader";

export function PeoplePage() {
  const { t } = useTranslation("people");
  return (
    <Page>
      <PageHeader title={t("title")} />
    </Page>
  );
}
