/** Leaving the server: with a copy that goes on alone, or with nothing left on this computer. */
import { Button, Radio, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useDetachServer } from "@/backend/queries/server";
import { useWorkspaceStatus } from "@/backend/queries/session";
import { FormProblem, toast, useBackendForm } from "@/design";
import classes from "./server.module.css";

export function Detach({ waiting }: { waiting: number }) {
  const { t, i18n } = useTranslation("server");
  const name = useWorkspaceStatus()?.institution ?? "";
  const detach = useDetachServer();
  const typed = (how: string) => how === "wipe" || waiting > 0;
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { how: "keep", confirm: "" },
    validate: {
      confirm: (v, all) =>
        typed(all.how) && v.trim() !== name ? t("detach.confirmNeeded", { institution: name }) : null,
    },
    submit: (v) => detach.mutateAsync({ wipe: v.how === "wipe", confirm: v.confirm.trim() }),
    onDone: (_, v) => {
      // without a copy the window begins anew, which says it
      if (v.how === "keep") toast.done((t) => t("server:detach.done"));
    },
  });
  const wipe = form.values.how === "wipe";
  return (
    <form {...formProps} className={classes.detach}>
      <Radio.Group aria-label={t("detach.title")} {...form.getInputProps("how")}>
        <div className={classes.radios}>
          <Radio value="keep" label={t("detach.keep")} description={t("detach.keepHint")} />
          <Radio value="wipe" label={t("detach.wipe")} description={t("detach.wipeHint")} />
        </div>
      </Radio.Group>
      {waiting > 0 && (
        <p className={classes.warning}>
          {t(wipe ? "detach.waitingLost" : "detach.waitingKept", {
            count: waiting,
            shown: waiting.toLocaleString(i18n.language),
          })}
        </p>
      )}
      {typed(form.values.how) && (
        <TextInput
          label={t("detach.confirm", { institution: name })}
          autoComplete="off"
          {...form.getInputProps("confirm")}
        />
      )}
      <FormProblem problem={problem} />
      <div className={classes.verbs}>
        <Button
          type="submit"
          variant={wipe ? "filled" : "outline"}
          color="red"
          loading={pending}
          disabled={typed(form.values.how) && form.values.confirm.trim() !== name}
        >
          {t(wipe ? "detach.verbWipe" : "detach.verb")}
        </Button>
      </div>
    </form>
  );
}
