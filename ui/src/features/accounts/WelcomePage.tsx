import { useTranslation } from "react-i18next";
import { Page } from "@/design/Page";
import { PageHeader } from "@/design/PageHeader";

export function WelcomePage() {
  const { t } = useTranslation("accounts");
  return (
    <Page>
      <PageHeader title={t("welcome.title")} />
    </Page>
  );
}
