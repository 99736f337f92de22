/** Step one: a file, by button or dropped. */
import { Button, FileButton } from "@mantine/core";
import { IconFileSpreadsheet } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { BackendError } from "@/backend/error";
import type { ImportInspection } from "@/bindings/ImportInspection";
import { ErrorState, LinesSkeleton, Section, toast } from "@/design";
import { type ChosenFile, LARGEST, readFile } from "./file";
import classes from "./import.module.css";

interface Props {
  file: ChosenFile | null;
  inspection: ImportInspection | null;
  pending: boolean;
  error: BackendError | null;
  onChoose: (file: ChosenFile) => void;
}

export function ChooseFile({ file, inspection, pending, error, onChoose }: Props) {
  const { t, i18n } = useTranslation("people");
  const [over, setOver] = useState(false);
  const take = async (chosen: File | null | undefined) => {
    if (!chosen) return;
    if (chosen.size > LARGEST) {
      toast.problem(BackendError.own((t) => t("people:import.tooLarge", { name: chosen.name })));
      return;
    }
    try {
      onChoose(await readFile(chosen));
    } catch {
      toast.problem(BackendError.own((t) => t("people:import.unreadable", { name: chosen.name })));
    }
  };
  const kib = (bytes: number) => Math.max(1, Math.round(bytes / 1024)).toLocaleString(i18n.language);
  return (
    <Section title={t("import.step.file")}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first */}
      <div
        className={classes.drop}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void take(event.dataTransfer.files[0]);
        }}
      >
        <IconFileSpreadsheet size={22} stroke={1.4} aria-hidden="true" />
        <span className={classes.fileName}>
          {file ? (
            <>
              <strong>{file.name}</strong>
              <span className={classes.dim}>
                {inspection
                  ? t("import.facts", {
                      rows: inspection.rows.toLocaleString(i18n.language),
                      columns: inspection.columns.length,
                      size: kib(file.size),
                      encoding: inspection.encoding.toUpperCase(),
                    })
                  : t("import.size", { size: kib(file.size) })}
              </span>
            </>
          ) : (
            <span className={classes.dim}>{t("import.drop")}</span>
          )}
        </span>
        <FileButton
          accept=".csv,.tsv,.txt,text/csv"
          onChange={(chosen) => void take(chosen)}
          inputProps={{ "aria-label": t("import.choose") }}
        >
          {(props) => (
            <Button {...props} variant={file ? "default" : "filled"}>
              {file ? t("import.chooseOther") : t("import.choose")}
            </Button>
          )}
        </FileButton>
      </div>
      {pending && <LinesSkeleton lines={3} />}
      {error && <ErrorState title={t("import.notRead")} error={error} />}
    </Section>
  );
}
