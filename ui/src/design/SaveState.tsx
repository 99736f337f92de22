/** Always visible where one edits in place: saved, not yet, saving, or not saved and why. */
import { useTranslation } from "react-i18next";
import type { BackendError } from "@/backend/error";
import { useErrorText } from "./errorText";
import { ToneDot } from "./StatusDot";

export type Saving =
  | { state: "saved" }
  /** Changed, and about to be saved. */
  | { state: "waiting" }
  | { state: "saving" }
  | { state: "failed"; error: BackendError };

export function SaveState({ saving }: { saving: Saving }) {
  const { t } = useTranslation("design");
  const textOf = useErrorText();
  return (
    <span role="status">
      {saving.state === "saved" && <ToneDot tone="green">{t("save.saved")}</ToneDot>}
      {saving.state === "waiting" && (
        <ToneDot tone="grey" hollow>
          {t("save.waiting")}
        </ToneDot>
      )}
      {saving.state === "saving" && (
        <ToneDot tone="amber" hollow>
          {t("save.saving")}
        </ToneDot>
      )}
      {saving.state === "failed" && (
        <ToneDot tone="red">{t("save.failed", { why: textOf(saving.error) })}</ToneDot>
      )}
    </span>
  );
}
