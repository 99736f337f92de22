/** Bringing a CSV file in: choose, map its columns, check every row, import, undo. Nothing is written before the last step. */
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useHeld } from "@/backend/held";
import { useInspectImport } from "@/backend/queries/operations";
import type { ImportInspection } from "@/bindings/ImportInspection";
import type { ImportKind } from "@/bindings/ImportKind";
import { EmptyState, Page, PageHeader } from "@/design";
import { CheckAndImport } from "./CheckAndImport";
import { ChooseFile } from "./ChooseFile";
import { EarlierImports } from "./EarlierImports";
import { type ChosenFile, proposed } from "./file";
import { MapColumns } from "./MapColumns";

export function ImportPage() {
  const { t } = useTranslation("people");
  const { kind } = useParams({ from: "/frame/import/$kind" });
  if (kind !== "people" && kind !== "courses") return <EmptyState title={t("import.unknown")} />;
  return <Import key={kind} kind={kind} />;
}

function Import({ kind }: { kind: ImportKind }) {
  const { t } = useTranslation("people");
  // the window may lock while a long import runs: it is shown again, with its progress and its Cancel
  const [file, setFile] = useHeld<ChosenFile | null>(`import ${kind} file`, null);
  const [inspection, setInspection] = useHeld<ImportInspection | null>(`import ${kind} inspection`, null);
  const [mapping, setMapping] = useHeld<Record<string, string>>(`import ${kind} mapping`, {});
  const [mapped, setMapped] = useHeld(`import ${kind} mapped`, false);
  const inspect = useInspectImport();

  const choose = (chosen: ChosenFile) => {
    setFile(chosen);
    setMapped(false);
    setInspection(null);
    inspect.mutate(
      { kind, file: chosen.name, content: chosen.content },
      {
        onSuccess: (found) => {
          setInspection(found);
          setMapping(proposed(found));
        },
      },
    );
  };

  return (
    <Page width="wide">
      <PageHeader title={t(`import.${kind}.title`)} subtitle={t(`import.${kind}.lead`)} />
      <ChooseFile
        file={file}
        inspection={inspection}
        pending={inspect.isPending}
        error={inspect.error}
        onChoose={choose}
      />
      {file && inspection && (
        <MapColumns
          kind={kind}
          inspection={inspection}
          mapping={mapping}
          onChange={(next) => {
            setMapping(next);
            setMapped(false);
          }}
          done={mapped}
          onDone={() => setMapped(true)}
        />
      )}
      {file && inspection && mapped && (
        <CheckAndImport
          key={JSON.stringify(mapping)}
          kind={kind}
          file={file}
          mapping={mapping}
          onAnother={() => {
            setFile(null);
            setInspection(null);
            setMapped(false);
            inspect.reset();
          }}
        />
      )}
      <EarlierImports />
    </Page>
  );
}
