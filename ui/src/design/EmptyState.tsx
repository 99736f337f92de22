/** Nothing here, and what to do next. */
import type { ReactNode } from "react";
import classes from "./states.module.css";

interface EmptyStateProps {
  title: string;
  body?: ReactNode;
  action?: ReactNode;
  /** When it stands for the whole page, its title is the page's heading. */
  page?: boolean;
}

export function EmptyState({ title, body, action, page = false }: EmptyStateProps) {
  const Title = page ? "h1" : "p";
  return (
    <div className={classes.state}>
      <Title className={classes.title}>{title}</Title>
      {body && <p className={classes.body}>{body}</p>}
      {action && <div className={classes.action}>{action}</div>}
    </div>
  );
}
