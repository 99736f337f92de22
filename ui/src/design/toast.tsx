/** What just happened, at the corner: done (with Undo where a counter change set exists), under way, or did not work. */
import { Button, CopyButton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { type Sentence, say } from "@/i18n/spoken";
import { ErrorSentence } from "./Said";
import classes from "./toast.module.css";

interface DoneOptions {
  /** Takes the change back; the toast stays until it is used or closed by time (10 s). */
  undo?: () => Promise<unknown> | unknown;
}

/** Made whenever it is drawn: a message outlives a change of language. */
function Words({ children }: { children: Sentence }) {
  useTranslation("design");
  return say(children);
}

const close = {
  children: (
    <span className="visually-hidden">
      <Words>{(t) => t("design:toast.close")}</Words>
    </span>
  ),
};

export const toast = {
  /** A sentence in the past, "Payment recorded": `(t) => t("payments:cash.done", { … })`. */
  done(sentence: Sentence, { undo }: DoneOptions = {}): void {
    const id = `done-${Date.now()}-${Math.random()}`;
    notifications.show({
      id,
      role: "status",
      closeButtonProps: close,
      autoClose: undo ? 10_000 : 5_000,
      message: (
        <span className={classes.line}>
          <span>
            <Words>{sentence}</Words>
          </span>
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
              <Words>{(t) => t("design:toast.undo")}</Words>
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
      closeButtonProps: close,
      autoClose: false,
      title: (
        <span className={classes.problem}>
          <Words>{(t) => t("design:toast.problem")}</Words>
        </span>
      ),
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
      closeButtonProps: close,
      autoClose: false,
      message: (
        <span className={classes.line}>
          <span className={classes.path}>
            <Words>{(t) => t("design:saved.file", { path })}</Words>
          </span>
          <CopyButton value={path}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" onClick={copy}>
                <Words>{(t) => t(copied ? "design:copy.copied" : "design:saved.copyPath")}</Words>
              </Button>
            )}
          </CopyButton>
        </span>
      ),
    });
  },
};
