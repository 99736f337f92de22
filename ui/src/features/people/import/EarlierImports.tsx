/** What was imported before, and the way back. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { importsQuery, useUndoImport } from "@/backend/queries/operations";
import { ErrorState, Section, toast, useConfirm, When } from "@/design";
import classes from "./import.module.css";
import { undone } from "./undone";

export function EarlierImports() {
  const { t } = useTranslation("people");
  const imports = useQuery(importsQuery);
  const undo = useUndoImport();
  const confirm = useConfirm();
  if (imports.isError) {
    return (
      <ErrorState
        title={t("import.earlierFailed")}
        error={imports.error}
        onRetry={() => void imports.refetch()}
      />
    );
  }
  if (!imports.data?.length) return null;
  const takeBack = async (id: string, file: string, created: number) => {
    const question = {
      title: t("import.undoTitle", { file }),
      body: t("import.undoBody", { count: created }),
      verb: t("import.undo"),
    };
    if (!(await confirm(question))) return;
    undo.mutate(id, {
      onError: toast.problem,
      onSuccess: (back) => toast.done((t) => undone(t, back)),
    });
  };
  return (
    <Section title={t("import.earlier")}>
      <ul className={classes.earlier}>
        {imports.data.map((row) => (
          <li key={row.id}>
            <span>
              <strong>{row.file}</strong>
              <span className={classes.dim}>
                {t("import.created", { count: row.created })} · {row.by} · <When at={row.at} />
              </span>
            </span>
            {row.undoneAt ? (
              <span className={classes.dim}>
                {t("import.wasUndone")} <When at={row.undoneAt} />
              </span>
            ) : (
              <Button
                size="xs"
                variant="subtle"
                loading={undo.isPending && undo.variables === row.id}
                onClick={() => void takeBack(row.id, row.file, row.created)}
              >
                {t("import.undo")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
