/** Where figures come from and as of when. Under every report and the dashboard. */
import { useTranslation } from "react-i18next";
import classes from "./ProvenanceLine.module.css";
import { formatDateTime } from "./time";

export function ProvenanceLine({ source, at }: { source: "replica" | "server"; at: string }) {
  const { t, i18n } = useTranslation("design");
  return (
    <p className={classes.line}>
      {t(`provenance.${source}`, { at: formatDateTime(new Date(at), i18n.language) })}
    </p>
  );
}
