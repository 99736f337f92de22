/** A one-time code for somebody who forgot their password: an administrator reads it out. Shown this once. */
import { Button, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { BackendError } from "@/backend/error";
import { useGiveCode } from "@/backend/queries/people";
import type { PersonDetail } from "@/bindings/PersonDetail";
import { FormProblem, When } from "@/design";
import classes from "./people.module.css";

export function GiveCode({ person, onDone }: { person: PersonDetail; onDone: () => void }) {
  const { t } = useTranslation("people");
  const { t: td } = useTranslation("design");
  const give = useGiveCode();
  const given = give.data;
  return (
    <section>
      <h2>{t("code.title", { name: person.name })}</h2>
      {given ? (
        <div role="status">
          <p className={classes.dim}>{t("code.read", { email: person.email })}</p>
          <p>
            <code className={classes.oneTime}>{given.code}</code>
          </p>
          <p className={classes.dim}>
            {t("code.until")} <When at={given.until} format="exact" />
          </p>
        </div>
      ) : (
        <p className={classes.dim}>{t("code.note")}</p>
      )}
      <FormProblem problem={give.error && BackendError.from(give.error)} />
      <div className={classes.verbs}>
        {given ? (
          <>
            <Button onClick={onDone}>{t("code.close")}</Button>
            <CopyButton value={given.code}>
              {({ copied, copy }) => (
                <Button
                  variant="default"
                  onClick={copy}
                  leftSection={
                    copied ? <IconCheck size={15} stroke={1.8} /> : <IconCopy size={15} stroke={1.6} />
                  }
                >
                  {copied ? td("copy.copied") : t("code.copy")}
                </Button>
              )}
            </CopyButton>
          </>
        ) : (
          <>
            <Button autoFocus loading={give.isPending} onClick={() => give.mutate(person.id)}>
              {t("code.verb")}
            </Button>
            <Button variant="default" onClick={onDone}>
              {t("new.cancel")}
            </Button>
          </>
        )}
      </div>
    </section>
  );
}
