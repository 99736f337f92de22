/** The two tables of the form: what is graded, and what is handed out. */
import { Button, Checkbox, NumberInput, Select, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "../courses.module.css";
import { MATERIAL_KINDS } from "../terms";
import { type CourseForm, NEW_ASSESSMENT, NEW_MATERIAL } from "./courseForm";
import { RowTools } from "./RowTools";

type Form = UseFormReturnType<CourseForm>;

function tools(form: Form, list: "materials" | "assessments", i: number, name: string) {
  const count = form.values[list].length;
  return (
    <RowTools
      name={name}
      first={i === 0}
      last={i === count - 1}
      onUp={() => form.reorderListItem(list, { from: i, to: i - 1 })}
      onDown={() => form.reorderListItem(list, { from: i, to: i + 1 })}
      onRemove={() => form.removeListItem(list, i)}
    />
  );
}

export function AssessmentsInput({ form }: { form: Form }) {
  const { t, i18n } = useTranslation("courses");
  const rows = form.values.assessments;
  const sum = rows.reduce((all, row) => all + (Number(row.weight) || 0), 0);
  return (
    <div>
      {rows.length > 0 && (
        <ol className={classes.parts}>
          {rows.map((row, i) => {
            const name = row.title || t("assessment.nameless", { number: i + 1 });
            return (
              <li key={row.id ?? `new-${i}`}>
                <div className={classes.assessment}>
                  <TextInput
                    label={t("assessment.title")}
                    maxLength={200}
                    {...form.getInputProps(`assessments.${i}.title`)}
                  />
                  <NumberInput
                    label={t("assessment.weight")}
                    suffix=" %"
                    min={0}
                    max={100}
                    decimalScale={2}
                    hideControls
                    {...form.getInputProps(`assessments.${i}.weight`)}
                  />
                  <NumberInput
                    label={t("assessment.maxScore")}
                    min={0}
                    hideControls
                    {...form.getInputProps(`assessments.${i}.maxScore`)}
                  />
                  <NumberInput
                    label={t("assessment.passScore")}
                    min={0}
                    hideControls
                    {...form.getInputProps(`assessments.${i}.passScore`)}
                  />
                  <Checkbox
                    label={t("assessment.requiredLong")}
                    {...form.getInputProps(`assessments.${i}.required`, { type: "checkbox" })}
                  />
                </div>
                {tools(form, "assessments", i, name)}
              </li>
            );
          })}
        </ol>
      )}
      {form.errors.assessments && (
        <p className={classes.error} role="alert">
          {form.errors.assessments}
        </p>
      )}
      <div className={classes.partsFoot}>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} stroke={1.8} />}
          onClick={() => form.insertListItem("assessments", NEW_ASSESSMENT)}
        >
          {t("assessment.add")}
        </Button>
        {rows.length > 0 && (
          <span className={classes.small}>
            {t("assessment.sum", { sum: sum.toLocaleString(i18n.language) })}
          </span>
        )}
      </div>
    </div>
  );
}

export function MaterialsInput({ form }: { form: Form }) {
  const { t } = useTranslation("courses");
  const rows = form.values.materials;
  return (
    <div>
      {rows.length > 0 && (
        <ol className={classes.parts}>
          {rows.map((row, i) => {
            const name = row.title || t("material.nameless", { number: i + 1 });
            return (
              <li key={row.id ?? `new-${i}`}>
                <div className={classes.material}>
                  <Select
                    label={t("material.kind")}
                    data={MATERIAL_KINDS.map((kind) => ({
                      value: kind,
                      label: t(`material.kinds.${kind}`),
                    }))}
                    allowDeselect={false}
                    {...form.getInputProps(`materials.${i}.kind`)}
                  />
                  <TextInput
                    label={t("material.title")}
                    maxLength={200}
                    {...form.getInputProps(`materials.${i}.title`)}
                  />
                  <TextInput
                    label={t("material.duration")}
                    maxLength={50}
                    {...form.getInputProps(`materials.${i}.duration`)}
                  />
                  <NumberInput
                    label={t("material.fileSize")}
                    min={0}
                    allowDecimal={false}
                    hideControls
                    thousandSeparator=" "
                    {...form.getInputProps(`materials.${i}.fileSize`)}
                  />
                  <TextInput
                    label={t("material.url")}
                    type="url"
                    placeholder="https://"
                    {...form.getInputProps(`materials.${i}.url`)}
                  />
                  <TextInput
                    label={t("material.description")}
                    maxLength={2000}
                    {...form.getInputProps(`materials.${i}.description`)}
                  />
                  <Checkbox
                    label={t("material.downloadable")}
                    {...form.getInputProps(`materials.${i}.downloadable`, { type: "checkbox" })}
                  />
                </div>
                {tools(form, "materials", i, name)}
              </li>
            );
          })}
        </ol>
      )}
      {form.errors.materials && (
        <p className={classes.error} role="alert">
          {form.errors.materials}
        </p>
      )}
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlus size={14} stroke={1.8} />}
        onClick={() => form.insertListItem("materials", NEW_MATERIAL)}
      >
        {t("material.add")}
      </Button>
    </div>
  );
}
