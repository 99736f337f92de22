/**
 * One's own second factor: what there is, setting it up, renewing recovery codes, taking it away. In the
 * profile, and alone on a page where the institution requires one that is missing (`SecondFactorPage`).
 */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { secondFactorQuery, useRemoveSecondFactor, useRenewRecovery } from "@/backend/queries/accounts";
import type { SecondFactorState } from "@/bindings/SecondFactorState";
import { ErrorState } from "@/design/ErrorState";
import { Facts, Section } from "@/design/Page";
import { PasswordField } from "@/design/PasswordField";
import { LinesSkeleton } from "@/design/Skeletons";
import { ToneDot } from "@/design/StatusDot";
import { toast } from "@/design/toast";
import { FormActions, FormFields, FormProblem, useBackendForm } from "@/design/useBackendForm";
import { When } from "@/design/When";
import { RecoveryCodes } from "./RecoveryCodes";
import classes from "./SecondFactor.module.css";
import { SetUpSecondFactor } from "./SetUpSecondFactor";

/** So few recovery codes left are worth a word. */
const FEW = 3;

export function SecondFactor() {
  const { t } = useTranslation("accounts");
  const state = useQuery(secondFactorQuery);
  return (
    <Section title={t("factor.title")}>
      {state.isPending && <LinesSkeleton lines={2} />}
      {state.isError && (
        <ErrorState title={t("factor.failed")} error={state.error} onRetry={() => void state.refetch()} />
      )}
      {state.data && <Mine state={state.data} />}
    </Section>
  );
}

type Task = { kind: "set-up" | "renew" | "remove" } | { kind: "keep"; codes: string[] };

function Mine({ state }: { state: SecondFactorState }) {
  const { t } = useTranslation("accounts");
  const [task, setTask] = useState<Task | null>(null);
  const renew = useRenewRecovery();
  const remove = useRemoveSecondFactor();
  const close = () => setTask(null);
  const keep = (codes: string[]) => setTask({ kind: "keep", codes });

  switch (task?.kind) {
    case "keep":
      return (
        <RecoveryCodes
          codes={task.codes}
          onKept={() => {
            close();
            toast.done((t) => t("accounts:factor.kept"));
          }}
        />
      );
    case "set-up":
      return <SetUpSecondFactor onDone={keep} onCancel={close} />;
    case "renew":
      return (
        <Prove
          body={t("factor.renewBody")}
          verb={t("factor.renew")}
          submit={(password) => renew.mutateAsync(password)}
          onDone={({ codes }) => keep(codes)}
          onCancel={close}
        />
      );
    case "remove":
      return (
        <Prove
          body={t("factor.removeBody")}
          verb={t("factor.remove")}
          submit={(password) => remove.mutateAsync(password)}
          onDone={() => {
            close();
            toast.done((t) => t("accounts:factor.removed"));
          }}
          onCancel={close}
        />
      );
  }
  if (state.since === null) {
    return (
      <>
        <p className={classes.lead}>{t("factor.none")}</p>
        <Button variant="default" onClick={() => setTask({ kind: "set-up" })}>
          {t("factor.setUp")}
        </Button>
      </>
    );
  }
  return (
    <>
      {!state.authenticator && (
        <p className={classes.remark} role="note">
          {t("factor.sealedOff")}
        </p>
      )}
      <Facts
        items={[
          {
            label: t("factor.state"),
            value: (
              <ToneDot tone="green">
                {t("factor.since")} <When at={state.since} format="date" />
              </ToneDot>
            ),
          },
          {
            label: t("factor.recovery"),
            value: (
              <>
                {t("factor.left", { count: state.recoveryLeft })}
                {state.recoveryLeft < FEW && <span className={classes.few}> {t("factor.few")}</span>}
              </>
            ),
          },
          { label: t("factor.required"), value: state.required ? t("factor.requiredYes") : "" },
        ].filter((item) => item.value)}
      />
      <div className={classes.verbs}>
        <Button size="xs" variant="default" onClick={() => setTask({ kind: "renew" })}>
          {t("factor.renew")}
        </Button>
        <Button size="xs" variant="default" onClick={() => setTask({ kind: "set-up" })}>
          {t("factor.again")}
        </Button>
        <Button size="xs" variant="subtle" color="red" onClick={() => setTask({ kind: "remove" })}>
          {t("factor.remove")}
        </Button>
      </div>
    </>
  );
}

interface ProveProps<Answer> {
  body: string;
  verb: string;
  submit: (password: string) => Promise<Answer>;
  onDone: (answer: Answer) => void;
  onCancel: () => void;
}

/** Asks for one's own password before something about the second factor changes. */
function Prove<Answer>({ body, verb, submit, onDone, onCancel }: ProveProps<Answer>) {
  const { t } = useTranslation("accounts");
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { password: "" },
    validate: { password: (v) => (v ? null : t("needed.passwordTyped")) },
    submit: (values) => submit(values.password),
    onDone,
  });
  return (
    <form {...formProps} aria-label={verb}>
      <p className={classes.lead}>{body}</p>
      <FormFields columns={2}>
        <PasswordField
          label={t("factor.password")}
          autoComplete="current-password"
          autoFocus
          {...form.getInputProps("password")}
        />
      </FormFields>
      <FormProblem problem={problem} />
      <FormActions verb={verb} pending={pending} cancel={t("factor.cancel")} onCancel={onCancel} />
    </form>
  );
}
