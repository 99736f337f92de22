/** The library of reports: what each answers, in a sentence. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useSession } from "@/backend/queries/session";
import { Page, PageHeader, Section } from "@/design";
import { reportsFor } from "./library";
import classes from "./reports.module.css";

export function ReportsPage() {
  const { t } = useTranslation("reports");
  const role = useSession()?.role;
  if (!role) return null;
  const mine = reportsFor(role);
  return (
    <Page width="narrow">
      <PageHeader title={t("title")} subtitle={t("lead")} />
      {(["enrollment", "money"] as const).map((group) => {
        const reports = mine.filter((report) => report.group === group);
        if (reports.length === 0) return null;
        return (
          <Section key={group} title={t(`group.${group}`)}>
            <ul className={classes.library}>
              {reports.map((report) => (
                <li key={report.name}>
                  <Link to="/reports/$name" params={{ name: report.name }}>
                    <strong>{t(`name.${report.name}`)}</strong>
                    <span>{t(`about.${report.name}`)}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </Section>
        );
      })}
    </Page>
  );
}
