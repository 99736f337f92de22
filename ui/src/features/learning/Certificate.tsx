/** The certificate as it is printed: one landscape sheet, whatever the width of the window. */
import { useTranslation } from "react-i18next";
import type { CertificateDto } from "@/bindings/CertificateDto";
import classes from "./certificate.module.css";

const LEVELS = ["Beginner", "Intermediate", "Advanced"] as const;

export function Certificate({ certificate: c }: { certificate: CertificateDto }) {
  const { t, i18n } = useTranslation("learning");
  const language = i18n.language === "en" ? "en-GB" : i18n.language;
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric" });
  const level = LEVELS.find((one) => one.toLowerCase() === c.level?.toLowerCase());
  const facts = [
    level ? t(`certificate.level.${level}`) : c.level,
    c.hours ? t("certificate.hours", { count: c.hours }) : null,
    c.finalScore === null
      ? null
      : t("certificate.score", {
          score: (c.finalScore / 100).toLocaleString(i18n.language, {
            style: "percent",
            maximumFractionDigits: 1,
          }),
        }),
  ].filter(Boolean);
  return (
    <article
      className={classes.sheet}
      data-revoked={c.revokedAt ? true : undefined}
      aria-label={t("certificate.label", { student: c.student, course: c.course })}
    >
      <div className={classes.border}>
        {c.sample && <p className={classes.sample}>{t("certificate.sample")}</p>}
        <p className={classes.institution}>{c.institution}</p>
        <p className={classes.title}>{t("certificate.of")}</p>
        <p className={classes.says}>{t("certificate.certifies")}</p>
        <p className={classes.name}>{c.student}</p>
        <p className={classes.says}>{t("certificate.hasCompleted")}</p>
        <p className={classes.course} data-long={c.course.length > 60 || undefined}>
          {c.course}
        </p>
        <p className={classes.facts}>{facts.join(" · ")}</p>
        <dl className={classes.signed}>
          <div>
            <dt>{t("certificate.completedOn")}</dt>
            <dd>{day.format(new Date(c.completedAt))}</dd>
          </div>
          <div>
            <dt>{t("certificate.instructor")}</dt>
            <dd>{c.instructor}</dd>
          </div>
        </dl>
        <p className={classes.id}>{c.id}</p>
        {c.revokedAt && (
          <p className={classes.stamp} aria-hidden="true">
            {t("certificate.revokedStamp")}
          </p>
        )}
      </div>
    </article>
  );
}
