/** How far a student is: a thin bar and the figure. */

import { formatPercent } from "@/design";
import { useSpoken } from "@/i18n/spoken";
import classes from "./enrollments.module.css";

export function ProgressBar({ percent }: { percent: number }) {
  const { language } = useSpoken();
  const whole = Math.floor(percent);
  return (
    <span className={classes.progress}>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="4" rx="2" className={classes.track} />
        <rect width={whole} height="4" rx="2" className={classes.done} />
      </svg>
      <span>{formatPercent(whole / 100, language)}</span>
    </span>
  );
}
