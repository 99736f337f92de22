/** Step two: which column fills which field, with the first rows beside it. */
import { Button, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ImportInspection } from "@/bindings/ImportInspection";
import type { ImportKind } from "@/bindings/ImportKind";
import { Section } from "@/design";
import classes from "./import.module.css";

interface Props {
  kind: ImportKind;
  inspection: ImportInspection;
  mapping: Record<string, string>;
  onChange: (mapping: Record<string, string>) => void;
  done: boolean;
  onDone: () => void;
}

export function MapColumns({ inspection, mapping, onChange, done, onDone }: Props) {
  const { t, i18n } = useTranslation("people");
  const missing = inspection.fields.filter((field) => field.required && !mapping[field.field]);
  const name = (field: string) =>
    i18n.exists(`import.field.${field}`, { ns: "people" })
      ? t(`import.field.${field}` as "import.field.email")
      : field;
  const example = (column: string | undefined) => {
    const at = column === undefined ? -1 : inspection.columns.indexOf(column);
    return inspection.sample
      .map((row) => row[at])
      .filter(Boolean)
      .slice(0, 3)
      .join(" · ");
  };
  return (
    <Section title={t("import.step.map")}>
      <table className={classes.mapping}>
        <thead>
          <tr>
            <th scope="col">{t("import.fieldHead")}</th>
            <th scope="col">{t("import.columnHead")}</th>
            <th scope="col">{t("import.exampleHead")}</th>
          </tr>
        </thead>
        <tbody>
          {inspection.fields.map((field) => (
            <tr key={field.field}>
              <th scope="row">
                {name(field.field)}
                {field.required && <span className={classes.needed}>{t("import.required")}</span>}
              </th>
              <td>
                <Select
                  aria-label={t("import.columnFor", { field: name(field.field) })}
                  data={inspection.columns}
                  value={mapping[field.field] ?? null}
                  placeholder={t("import.leaveOut")}
                  clearable
                  searchable
                  onChange={(column) => {
                    const next = { ...mapping };
                    if (column) next[field.field] = column;
                    else delete next[field.field];
                    onChange(next);
                  }}
                />
              </td>
              <td className={classes.example}>{example(mapping[field.field])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {!done && (
        <div className={classes.actions}>
          {missing.length > 0 && (
            <span className={classes.dim}>
              {t("import.missing", { fields: missing.map((f) => name(f.field)).join(", ") })}
            </span>
          )}
          <Button onClick={onDone} disabled={missing.length > 0}>
            {t("import.check")}
          </Button>
        </div>
      )}
    </Section>
  );
}
