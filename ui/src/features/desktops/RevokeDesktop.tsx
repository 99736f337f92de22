/** Shutting a desktop out, or withdrawing an invitation: with a reason, which the audit trail keeps. */
import { Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useChangeDesktops } from "@/backend/queries/desktops";
import type { DesktopRow } from "@/bindings/DesktopRow";
import { FormActions, FormFields, FormProblem, toast, useBackendForm } from "@/design";
import classes from "./desktops.module.css";

export function RevokeDesktop({ row, onDone }: { row: DesktopRow; onDone: () => void }) {
  const { t } = useTranslation("desktops");
  const revoke = useChangeDesktops("desktop_revoke");
  const kind = row.state === "active" ? "desktop" : "invitation";
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { reason: "" },
    validate: { reason: (v) => (v.trim() ? null : t("revoke.reasonNeeded")) },
    submit: (v) => revoke.mutateAsync({ id: row.id, reason: v.reason.trim() }),
    onDone: () => {
      toast.done((t) => t(`desktops:revoke.done.${kind}`, { name: row.name }));
      onDone();
    },
  });
  return (
    <form {...formProps}>
      <p className={classes.note}>{t(`revoke.body.${kind}`)}</p>
      <FormFields>
        <Textarea
          label={t("revoke.reason")}
          placeholder={t("revoke.reasonExample")}
          autosize
          minRows={2}
          maxLength={500}
          data-autofocus
          {...form.getInputProps("reason")}
        />
      </FormFields>
      <FormProblem problem={problem} />
      <FormActions
        verb={t(`revoke.now.${kind}`)}
        pending={pending}
        danger
        cancel={t("cancel")}
        onCancel={onDone}
      />
    </form>
  );
}
