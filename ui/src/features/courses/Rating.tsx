/** Stars as a figure: "4.6 (12)". A dash while nobody has rated. */
import { IconStarFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./courses.module.css";

export function Rating({ average, count }: { average: number; count: number }) {
  const { t, i18n } = useTranslation("courses");
  if (count === 0) return <span className={classes.dim}>–</span>;
  const figure = average.toLocaleString(i18n.language, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const of = count.toLocaleString(i18n.language);
  return (
    <span className={classes.rating}>
      <IconStarFilled size={11} aria-hidden="true" />
      <span aria-hidden="true">
        {figure} <span className={classes.dim}>({of})</span>
      </span>
      <span className="visually-hidden">{t("rating.spoken", { rating: figure, count })}</span>
    </span>
  );
}
