/** One word on where the data is safe: here, on the server, waiting, or in need of a person. */
import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./SyncPill.module.css";

export type SyncStatus =
  | { kind: "local" }
  | { kind: "online" }
  | { kind: "offline"; waiting: number }
  | { kind: "attention" };

export function SyncPill({ status }: { status: SyncStatus }) {
  const { t } = useTranslation("frame");
  const text =
    status.kind === "offline" ? t("sync.offline", { count: status.waiting }) : t(`sync.${status.kind}`);
  return (
    <Tooltip label={t(`sync.${status.kind}Hint`)} multiline w={240}>
      {/* focusable, so that the hint is there for the keyboard too */}
      <span className={classes.pill} data-kind={status.kind} role="status" tabIndex={0}>
        <span className={classes.dot} aria-hidden="true" />
        {text}
      </span>
    </Tooltip>
  );
}
