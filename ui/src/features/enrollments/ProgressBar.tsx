/** How far a student is: a thin bar and the figure. */
import { useTranslation } from "react-i18next";
import classes from "./enrollments.module.css";

export function ProgressBar({ percent }: { percent: number }) {
  const { i18n } = useTranslation();
  const whole = Math.floor(percent);
  return (
    <span className={classes.progress}>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="4" rx="2" className={classes.track} />
        <rect width={whole} height="4" rx="2" className={classes.done} />
      </svg>
      <span>{(whole / 100).toLocaleString(i18n.language, { style: "percent" })}</span>
    </span>
  );
}
