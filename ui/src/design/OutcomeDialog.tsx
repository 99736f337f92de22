/** What came of an act upon many, when not all of them could be done: every one that was refused, and why. */
import { Button, Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RefusedOne } from "@/bindings/RefusedOne";
import classes from "./OutcomeDialog.module.css";
import { ErrorSentence } from "./Said";

export interface Outcome {
  /** What was done, as a sentence: "48 people changed." */
  done: string;
  refused: readonly RefusedOne[];
  /** Takes back what was done, where that is possible. */
  undo?: (() => Promise<unknown>) | undefined;
}

interface OutcomeDialogProps {
  /** Null closes it. */
  outcome: Outcome | null;
  onClose: () => void;
}

export function OutcomeDialog({ outcome, onClose }: OutcomeDialogProps) {
  const { t } = useTranslation("design");
  return (
    <Modal
      opened={outcome !== null}
      onClose={onClose}
      title={t("outcome.title", { count: outcome?.refused.length ?? 0 })}
      size={560}
    >
      {outcome && (
        <>
          <p role="status">{outcome.done}</p>
          <ul className={classes.refused} aria-label={t("outcome.refused")} tabIndex={0}>
            {outcome.refused.map((one) => (
              <li key={one.id}>
                <strong>{one.label}</strong>
                <span>
                  <ErrorSentence error={one} />
                </span>
              </li>
            ))}
          </ul>
          <div className={classes.actions}>
            {outcome.undo && (
              <Button
                variant="default"
                onClick={() => {
                  onClose();
                  void outcome.undo?.();
                }}
              >
                {t("toast.undo")}
              </Button>
            )}
            <Button onClick={onClose} data-autofocus>
              {t("outcome.close")}
            </Button>
          </div>
        </>
      )}
    </Modal>
  );
}
