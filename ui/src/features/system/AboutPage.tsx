/** What this program is, and where its things are. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useWorkspaceStatus } from "@/backend/queries/session";
import { settingsQuery } from "@/backend/queries/system";
import { Facts, Page, PageHeader, Section } from "@/design";
import { license, version } from "../../../package.json";
import classes from "./system.module.css";

export function AboutPage() {
  const { t } = useTranslation("system");
  const status = useWorkspaceStatus();
  const settings = useQuery(settingsQuery).data;
  return (
    <Page width="narrow">
      <PageHeader title={t("nav.about")} subtitle={t("about.lead")} />
      <Section title={t("about.program")}>
        <Facts
          items={[
            { label: t("about.version"), value: `Matricula ${version}` },
            { label: t("about.license"), value: license },
            { label: t("about.type"), value: t("about.typeBody") },
          ]}
        />
      </Section>
      <Section title={t("about.workspace")}>
        <Facts
          items={[
            {
              label: t("settings.institution"),
              value: status?.sample
                ? t("about.sample", { institution: status.institution ?? "" })
                : status?.institution,
            },
            { label: t("settings.device"), value: settings?.device ?? status?.device },
            {
              label: t("settings.replica"),
              value: settings && <span className={classes.path}>{settings.replicaPath}</span>,
            },
            {
              label: t("about.key"),
              value: status?.keyring ? t("about.keyring") : t("about.passphrase"),
            },
            { label: t("about.server"), value: t("about.noServer") },
          ].filter((item) => item.value)}
        />
      </Section>
    </Page>
  );
}
