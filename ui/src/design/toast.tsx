/** What just happened, at the corner: done (with Undo where a counter change set exists), under way, or did not work. */
import { Button, CopyButton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import i18next from "i18next";
import type { ReactNode } from "react";
import { ErrorSentence } from "./Said";
import classes from "./toast.module.css";

interface DoneOptions {
  /** Takes the change back; the toast stays until it is used or closed by time (10 s). */
  undo?: () => Promise<unknown> | unknown;
}

function close() {
  return { "aria-label": i18next.t("design:toast.close") };
}

export const toast = {
  /** A sentence in the past: "Payment recorded". */
  done(message: string, { undo }: DoneOptions = {}): void {
    const id = `done-${Date.now()}-${Math.random()}`;
    notifications.show({
      id,
      role: "status",
      closeButtonProps: close(),
      autoClose: undo ? 10_000 : 5_000,
      message: (
        <span className={classes.line}>
          <span>{message}</span>
          {undo && (
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                notifications.hide(id);
                Promise.resolve()
                  .then(undo)
                  .catch((problem: unknown) => toast.problem(problem));
              }}
            >
              {i18next.t("design:toast.undo")}
            </Button>
          )}
        </span>
      ),
    });
  },
  /** For a failure that has no field and no place on the page. Stays until closed. */
  problem(thrown: unknown): void {
    notifications.show({
      role: "alert",
      closeButtonProps: close(),
      autoClose: false,
      title: <span className={classes.problem}>{i18next.t("design:toast.problem")}</span>,
      message: <ErrorSentence error={thrown} />,
    });
  },
  /** Long work that goes on wherever one goes: a `ProgressPanel`. Stays until `over` is called with its id. */
  working(id: string, panel: ReactNode): void {
    notifications.show({ id, role: "status", withCloseButton: false, autoClose: false, message: panel });
  },
  over(id: string): void {
    notifications.hide(id);
  },
  /** Where a file was written. Stays until closed: the path is wanted in another program. */
  saved(path: string): void {
    notifications.show({
      id: `saved-${path}`,
      role: "status",
      closeButtonProps: close(),
      autoClose: false,
      message: (
        <span className={classes.line}>
          <span className={classes.path}>{i18next.t("design:saved.file", { path })}</span>
          <CopyButton value={path}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" onClick={copy}>
                {i18next.t(copied ? "design:copy.copied" : "design:saved.copyPath")}
              </Button>
            )}
          </CopyButton>
        </span>
      ),
    });
  },
};
