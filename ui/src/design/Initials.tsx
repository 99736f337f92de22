/**
 * A person without a picture: two letters on a quiet ground. Decorative, drawn by the style sheet, so that the
 * letters are part of no name that is read out.
 */
import classes from "./Initials.module.css";

export function initialsOf(name: string): string {
  const parts = name.trim().split(/\s+/);
  const first = parts[0]?.[0] ?? "?";
  const last = parts.length > 1 ? (parts.at(-1)?.[0] ?? "") : "";
  return (first + last).toUpperCase();
}

export function Initials({ name, size = 24 }: { name: string; size?: 20 | 24 | 26 | 40 }) {
  return (
    <span className={classes.initials} data-size={size} data-initials={initialsOf(name)} aria-hidden="true" />
  );
}
