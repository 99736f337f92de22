import { useTranslation } from "react-i18next";
import { Page } from "@/design/Page";
import { PageHeader } from "@/design/PageHeader";

export function ProfilePage() {
  const { t } = useTranslation("accounts");
  return (
    <Page>
      <PageHeader title={t("profile.title")} />
    </Page>
  );
}
