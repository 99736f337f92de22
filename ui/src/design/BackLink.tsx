/** The way back that stands above a title: the same arrow and size wherever there is one. */
import { IconChevronLeft } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./headers.module.css";

/** Around a `TextLink` or a `BackToList`. */
export function BackLink({ children }: { children: ReactNode }) {
  return (
    <nav className={classes.back}>
      <IconChevronLeft size={14} stroke={1.8} aria-hidden="true" />
      {children}
    </nav>
  );
}
