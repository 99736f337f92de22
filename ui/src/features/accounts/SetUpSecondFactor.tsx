/**
 * Setting a second factor up: the secret goes to the authenticator by its QR code or by typing, and a code
 * from it with one's own password proves that it arrived. Until then nothing has changed.
 */
import { Button, CopyButton, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useBeginSecondFactor, useConfirmSecondFactor } from "@/backend/queries/accounts";
import type { SecondFactorOffer } from "@/bindings/SecondFactorOffer";
import { PasswordField } from "@/design/PasswordField";
import { FormActions, FormFields, FormProblem, useBackendForm } from "@/design/useBackendForm";
import { QUIET, qrPath } from "./qr";
import classes from "./SecondFactor.module.css";

interface Props {
  /** With the recovery codes, which are shown this once. */
  onDone: (codes: string[]) => void;
  onCancel?: () => void;
}

export function SetUpSecondFactor({ onDone, onCancel }: Props) {
  const { t } = useTranslation("accounts");
  const begin = useBeginSecondFactor();
  if (begin.data) {
    return (
      <Confirm key={begin.data.secret} offer={begin.data} onDone={onDone} {...(onCancel && { onCancel })} />
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        begin.mutate();
      }}
    >
      <p className={classes.lead}>{t("factor.what")}</p>
      <FormProblem problem={begin.error} />
      <div className={classes.verbs}>
        <Button type="submit" loading={begin.isPending} autoFocus>
          {t("factor.begin")}
        </Button>
        {onCancel && (
          <Button variant="default" onClick={onCancel}>
            {t("factor.cancel")}
          </Button>
        )}
      </div>
    </form>
  );
}

function Confirm({ offer, onDone, onCancel }: Props & { offer: SecondFactorOffer }) {
  const { t } = useTranslation("accounts");
  const { t: td } = useTranslation("design");
  const confirm = useConfirmSecondFactor();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { code: "", password: "" },
    validate: {
      code: (v) => (v.trim() ? null : t("needed.code")),
      password: (v) => (v ? null : t("needed.passwordTyped")),
    },
    submit: (values) => confirm.mutateAsync(values),
    onDone: ({ codes }) => onDone(codes),
  });
  return (
    <form {...formProps} aria-label={t("factor.setUp")}>
      <div className={classes.offer}>
        <QrCode rows={offer.qr} label={t("factor.qr")} />
        <div>
          <p className={classes.step}>{t("factor.scan")}</p>
          <p className={classes.step}>{t("factor.orType")}</p>
          <code className={classes.secret}>{offer.secret.match(/.{1,4}/g)?.join(" ")}</code>
          <CopyButton value={offer.secret}>
            {({ copied, copy }) => (
              <Button
                size="xs"
                variant="subtle"
                onClick={copy}
                leftSection={
                  copied ? <IconCheck size={14} stroke={1.8} /> : <IconCopy size={14} stroke={1.6} />
                }
              >
                {copied ? td("copy.copied") : t("factor.copySecret")}
              </Button>
            )}
          </CopyButton>
        </div>
      </div>
      <FormFields columns={2}>
        <TextInput
          label={t("factor.code")}
          description={t("factor.codeHint")}
          autoComplete="one-time-code"
          inputMode="numeric"
          spellCheck={false}
          autoFocus
          {...form.getInputProps("code")}
        />
        <PasswordField
          label={t("factor.password")}
          description={t("factor.passwordHint")}
          autoComplete="current-password"
          {...form.getInputProps("password")}
        />
      </FormFields>
      <FormProblem problem={problem} />
      <FormActions
        verb={t("factor.turnOn")}
        pending={pending}
        {...(onCancel && { cancel: t("factor.cancel"), onCancel })}
      />
    </form>
  );
}

/** Dark on light in either theme: cameras want it so. */
function QrCode({ rows, label }: { rows: readonly string[]; label: string }) {
  const size = rows.length + 2 * QUIET;
  return (
    <svg
      className={classes.qr}
      viewBox={`${-QUIET} ${-QUIET} ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect className={classes.qrLight} x={-QUIET} y={-QUIET} width={size} height={size} />
      <path className={classes.qrDark} d={qrPath(rows)} />
    </svg>
  );
}
