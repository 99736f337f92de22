/** Long work on a server, stage by stage: preparing, then each collection with its figures. */
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBackendEvent } from "@/backend/events";
import { cancelTask } from "@/backend/queries/operations";
import type { ProgressDto } from "@/bindings/ProgressDto";
import { ProgressPanel, toast } from "@/design";
import { collectionKey } from "../words";
import classes from "./connect.module.css";

/** The stages of a task in the order they began, the last one under way. */
export function advance(stages: readonly ProgressDto[], next: ProgressDto): ProgressDto[] {
  const at = stages.findIndex((one) => one.stage === next.stage);
  return at < 0 ? [...stages, next] : stages.with(at, next);
}

export function useStages(task: string) {
  const [stages, setStages] = useState<ProgressDto[]>([]);
  useBackendEvent("progress", (p) => {
    if (p.task === task) setStages((known) => advance(known, p));
  });
  return { stages, restart: () => setStages([]) };
}

interface StagesProps {
  title: string;
  task: string;
  stages: readonly ProgressDto[];
  /** False once it can no longer be taken back. */
  cancellable?: boolean;
}

export function Stages({ title, task, stages, cancellable = true }: StagesProps) {
  const { t, i18n } = useTranslation("server");
  const [stopping, setStopping] = useState(false);
  const asked = useRef(false);
  const count = (n: number) => n.toLocaleString(i18n.language);
  const name = (stage: string) =>
    stage === "preparing" ? t("stage.preparing") : t(collectionKey(stage), stage);
  const current = stages.at(-1);
  const over = stages.slice(0, -1);
  const stop = () => {
    if (asked.current) return;
    asked.current = true;
    setStopping(true);
    cancelTask(task).catch(toast.problem);
  };
  return (
    <>
      <ProgressPanel
        key={current?.stage}
        title={title}
        done={current?.done ?? 0}
        total={current?.total || null}
        note={stopping ? t("stage.stopping") : current ? name(current.stage) : t("stage.starting")}
        {...(cancellable && !stopping ? { onCancel: stop } : {})}
      />
      {over.length > 0 && (
        <ol className={classes.stages} aria-label={t("stage.over")}>
          {over.map((one) => (
            <li key={one.stage}>
              {name(one.stage)}
              <span>{one.total > 0 && count(one.done)}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
