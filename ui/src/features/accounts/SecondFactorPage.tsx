/** Somebody is signed in without the second factor their institution requires: nothing else before it is set up. */
import { Button } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useReread } from "@/backend/queries/accounts";
import { useLeaveSession, useWorkspaceStatus } from "@/backend/queries/session";
import { toast } from "@/design/toast";
import { RecoveryCodes } from "./RecoveryCodes";
import classes from "./SecondFactor.module.css";
import { SetUpSecondFactor } from "./SetUpSecondFactor";

export function SecondFactorPage() {
  const { t } = useTranslation("accounts");
  const { t: tf } = useTranslation("frame");
  const status = useWorkspaceStatus();
  const router = useRouter();
  const leave = useLeaveSession("sign_out");
  const reread = useReread();
  const [codes, setCodes] = useState<string[] | null>(null);
  const [going, setGoing] = useState(false);
  if (!status?.session) return null;

  const goOn = () => {
    setGoing(true);
    reread()
      .catch(toast.problem)
      .finally(() => setGoing(false));
  };
  return (
    <>
      <h1 className={classes.title}>{t("factor.dueTitle")}</h1>
      {codes ? (
        <RecoveryCodes codes={codes} onKept={goOn} pending={going} />
      ) : (
        <>
          <p className={classes.institution}>
            {t("factor.due", { name: status.session.name, institution: status.institution ?? "" })}
          </p>
          <SetUpSecondFactor onDone={setCodes} />
          <div className={classes.leave}>
            <Button
              variant="subtle"
              loading={leave.isPending}
              onClick={() =>
                leave.mutate(undefined, { onError: toast.problem, onSuccess: () => router.invalidate() })
              }
            >
              {tf("user.signOut")}
            </Button>
          </div>
        </>
      )}
    </>
  );
}
