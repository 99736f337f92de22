/** A list to a file: the format, how far it is, Cancel, and where the file is. One file of a list at a time. */
import { Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { BackendError } from "@/backend/error";
import { useBackendEvent } from "@/backend/events";
import { useSaveList } from "@/backend/queries/lists";
import { cancelTask } from "@/backend/queries/operations";
import type { ExportWhat } from "@/bindings/ExportWhat";
import type { FileFormat } from "@/bindings/FileFormat";
import type { ProgressDto } from "@/bindings/ProgressDto";
import { ProgressPanel, toast, VerbMenu } from "@/design";

const FORMATS = ["csv", "xlsx"] as const;

export function SaveList({ what }: { what: ExportWhat }) {
  const { t } = useTranslation("design");
  const { save, pending } = useSaveList(what.list);
  const start = async (format: FileFormat) => {
    const task = crypto.randomUUID();
    toast.working(task, <Saving task={task} />);
    try {
      const file = await save({ what, format, task });
      toast.over(task);
      toast.saved(file.path);
    } catch (thrown) {
      toast.over(task);
      if (BackendError.from(thrown).code === "cancelled") toast.done((t) => t("design:export.cancelled"));
      else toast.problem(thrown);
    }
  };
  return (
    <VerbMenu label={t("export.verb")} busy={pending}>
      {FORMATS.map((format) => (
        <Menu.Item
          key={format}
          leftSection={<IconDownload size={15} stroke={1.6} />}
          disabled={pending}
          onClick={() => void start(format)}
        >
          {t(`export.${format}`)}
        </Menu.Item>
      ))}
    </VerbMenu>
  );
}

function Saving({ task }: { task: string }) {
  const { t } = useTranslation("design");
  const [progress, setProgress] = useState<ProgressDto | null>(null);
  const [stopping, setStopping] = useState(false);
  useBackendEvent("progress", (p) => {
    if (p.task === task) setProgress(p);
  });
  const stop = () => {
    setStopping(true);
    cancelTask(task).catch(toast.problem);
  };
  return (
    <ProgressPanel
      title={t("export.running")}
      done={progress?.done ?? 0}
      total={progress?.total || null}
      note={stopping ? t("export.stopping") : null}
      {...(stopping ? {} : { onCancel: stop })}
    />
  );
}
