/** Beside a record's status: what of it the server has not confirmed, with the way to the queue. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { pendingQuery, useSyncStatus } from "@/backend/queries/server";
import type { Collection } from "@/bindings/Collection";
import { TextLink, ToneDot } from "@/design";
import { type Mark, markOf } from "./mark";
import classes from "./PendingMark.module.css";

const TONES = { failed: "red", conflicts: "amber", provisional: "amber", waits: "amber" } as const;

export function PendingMark({ collection, id }: { collection: Collection; id: string }) {
  const status = useSyncStatus();
  const shared = status !== undefined && status.state !== "local";
  const pending = useQuery({ ...pendingQuery(collection, id), enabled: shared });
  const mark = shared && pending.data ? markOf(pending.data) : null;
  return mark && <Shown mark={mark} />;
}

function Shown({ mark }: { mark: Mark }) {
  const { t } = useTranslation("server");
  return (
    <TextLink to="/system/sync" className={classes.mark}>
      <ToneDot tone={TONES[mark.kind]} hollow={mark.kind !== "failed"}>
        {mark.kind === "conflicts"
          ? t("pending.conflicts", { count: mark.count })
          : t(`pending.${mark.kind}`)}
      </ToneDot>
    </TextLink>
  );
}
