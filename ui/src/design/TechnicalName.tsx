/** A name a program gave: breaks after its dots and underscores, never within a word. */
import { Fragment } from "react";
import classes from "./TechnicalName.module.css";

export function TechnicalName({ children }: { children: string }) {
  return (
    <span className={classes.name} translate="no">
      {children.split(/(?<=[._])/).map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a name do not move
        <Fragment key={at}>
          {at > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  );
}
