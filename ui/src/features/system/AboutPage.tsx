/** What this program is, and where its things are. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSyncStatus } from "@/backend/queries/server";
import { useWorkspaceStatus } from "@/backend/queries/session";
import { settingsQuery } from "@/backend/queries/system";
import type { SyncStatus } from "@/bindings/SyncStatus";
import { Facts, Page, PageHeader, Section, TextLink, When } from "@/design";
import { license, version } from "../../../package.json";
import classes from "./system.module.css";

export function AboutPage() {
  const { t } = useTranslation("system");
  const status = useWorkspaceStatus();
  const settings = useQuery(settingsQuery).data;
  const sync = useSyncStatus();
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
            {
              label: t("about.server"),
              value: sync && (sync.state === "local" ? t("about.noServer") : <Connected sync={sync} />),
            },
          ].filter((item) => item.value)}
        />
      </Section>
    </Page>
  );
}

/** That there is a server, and when it was last heard of; the rest stands on its own page. */
function Connected({ sync }: { sync: SyncStatus }) {
  const { t } = useTranslation("system");
  const { t: tf } = useTranslation("frame");
  return (
    <>
      <TextLink to="/system/server">{t("about.shared")}</TextLink>
      {sync.environment && ` · ${tf(`environment.${sync.environment}`)}`}
      {" · "}
      {tf("sync.contact")} <When at={sync.lastContact} />
    </>
  );
}
