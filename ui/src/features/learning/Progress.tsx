/** How far one is: a line and the figure, both for the eye and for a screen reader. */
import { useTranslation } from "react-i18next";
import classes from "./learning.module.css";

export function Progress({ percent, label }: { percent: number; label: string }) {
  const { i18n } = useTranslation();
  const whole = Math.floor(percent);
  return (
    <span className={classes.progress}>
      <svg
        viewBox="0 0 100 4"
        preserveAspectRatio="none"
        role="progressbar"
        aria-label={label}
        aria-valuenow={whole}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <rect width="100" height="4" className={classes.track} />
        <rect width={whole} height="4" className={classes.done} />
      </svg>
      <span className={classes.percent}>
        {(whole / 100).toLocaleString(i18n.language, { style: "percent" })}
      </span>
    </span>
  );
}
