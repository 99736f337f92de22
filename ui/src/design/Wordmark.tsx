/** The name of the product: a ruled seal and the word, in ink. */
import classes from "./Wordmark.module.css";

export function Wordmark({ folded = false }: { folded?: boolean }) {
  return (
    <span className={classes.mark} role="img" aria-label="Matricula">
      <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
        <rect x="1" y="1" width="22" height="22" rx="5" className={classes.seal} />
        <path d="M6 17.5V6.5l6 7 6-7v11" className={classes.letter} />
        <path d="M6 20h12" className={classes.rule} />
      </svg>
      {!folded && (
        <span className={classes.word} aria-hidden="true">
          Matricula
        </span>
      )}
    </span>
  );
}
